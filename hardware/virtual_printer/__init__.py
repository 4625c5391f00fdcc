"""A receipt printer in software, as strict as the device: ESC/POS in, dots on paper and answers out."""

"""WHAT IS PLUGGED IN: which USB device may work, and what a technician's stick brings or takes. Knows no answer."""

"""BY POST: takes sealed files of answers in through the intake's own door, and gives the receipts back. No tables."""

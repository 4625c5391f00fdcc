"""FORMS: forms written as spreadsheets, previewed, extended, handed to kiosks. What a form is stands in `survey`."""

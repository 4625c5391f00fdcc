"""What this kiosk may take: forms and systems that the office's people signed apart from their server (TUF)."""

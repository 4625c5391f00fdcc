"""What this kiosk may take: forms and systems that the office's people signed apart from their server (TUF)."""

TRUST = "trust"  # folder of the data directory: the pinned root, and the metadata that was believed last

"""What a kiosk looks at before it asks anybody: its data partition and its outbox. Mends nothing, deletes nothing."""

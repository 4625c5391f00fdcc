"""INTAKE: takes batches in exactly once, keeps their bytes for ever, counts, signs receipts. Knows no page."""

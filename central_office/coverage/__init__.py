"""COVERAGE: how many people came, were given a slip, and answered, by point and day. Counts only, never a rating."""

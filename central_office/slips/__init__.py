"""SLIPS: numbers and keys of points, codes judged and used once, what counters tell, withdrawal. Knows no page."""

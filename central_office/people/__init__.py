"""PEOPLE: who may see and do what at the office, and the log of who did. Knows no figure."""

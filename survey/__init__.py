"""VOCABULARY: forms, submissions, plans, the index and the one definition of a record in bytes.

Standard library only. No clock, file, network or randomness of its own: callers hand those in.
"""

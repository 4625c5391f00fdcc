"""UPDATES: the trusted repository (TUF) of forms and systems, and the way of a release from ring to ring."""

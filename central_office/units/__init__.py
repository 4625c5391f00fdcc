"""UNITS: the tree of places and agencies through time, as data. Knows no answer."""

"""Wiring diagrams and parts list of the button terminal, as data and as drawings."""

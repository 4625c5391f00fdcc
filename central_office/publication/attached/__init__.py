"""ATTACHED: what a site carries with it as it is: its style sheet and the program that checks it."""

"""What a person with a screwdriver needs of the button terminal: look at it, test it, put firmware on it."""

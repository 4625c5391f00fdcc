"""BYTES of the button terminal: frames, the host's link, and a terminal in software. Standard library only."""

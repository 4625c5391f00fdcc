"""FLEET: which kiosks there are, how they enrol and when they were last heard. Knows no answer."""

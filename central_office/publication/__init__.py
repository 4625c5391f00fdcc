"""PUBLICATION: frozen rounds, the public site made of them, and where it was published."""

"""ENROLLING: the pages by which kiosks come in, are replaced and end. The rules are `fleet`'s."""

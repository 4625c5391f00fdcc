"""ROUNDS: the plans and forms an office works with, as the exact bytes of their files. Knows no answer."""

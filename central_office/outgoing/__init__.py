"""OUTGOING: what the office sends of its own accord, by webhook and e-mail, kept until it is delivered."""

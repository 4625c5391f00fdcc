"""CROWD: simulated citizens at many counters, for demonstrations and trials of a whole round.

Everything but the citizens, the fingers and the clock is the kiosk's own: its session, its rules of misuse, its outbox.
"""

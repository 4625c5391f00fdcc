"""WATCHING: how a round fills while it runs, and what must be looked at today. Changes nothing."""

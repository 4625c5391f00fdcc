"""METRICS: the office's and the fleet's state for Prometheus: counts and ages only, nothing that people answered."""

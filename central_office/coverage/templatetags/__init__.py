"""Filters of the coverage pages."""

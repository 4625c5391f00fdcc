"""RESULTS: figures from the tallies, as pages, CSV and JSON. Writes nothing that counts."""

"""RECEIVER: the central office, a Django project. Takes signed batches in, keeps their bytes, proves its figures."""

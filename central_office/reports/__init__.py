"""REPORTS: figures as documents and tables. Takes an analysis as a value, no clock; only `pages` meets a request."""

"""REPORTS: figures as documents and tables. Takes an analysis as a value; queries nothing, knows no clock."""

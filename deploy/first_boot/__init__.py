"""FIRST BOOT: makes a machine of the file that a technician put beside it. Imports no other package of ours."""

"""What IT staff run. Imports no other package of ours: it drives their processes from outside."""

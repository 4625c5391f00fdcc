"""FINGERS AND PAPER: buttons, lamps, printers and scanners as narrow ports. Knows no survey."""

"""The terminal without hardware: its shipped program in an emulated ATmega328P on a strict board. Knows no protocol."""

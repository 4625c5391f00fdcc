#!/usr/bin/python3
"""Takes the keyboard from the text consoles: no chord switches them, none shows anything. Root, once at boot."""

import fcntl
import os

KDSETMODE, KDSKBMODE, GRAPHICS, K_OFF = 0x4B3A, 0x4B45, 1, 4
for number in (1, 12):  # the one in front, and the one that the kernel's messages go to
    try:
        console = os.open(f"/dev/tty{number}", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        continue  # no such console is no way in
    fcntl.ioctl(console, KDSKBMODE, K_OFF)
    fcntl.ioctl(console, KDSETMODE, GRAPHICS)

#!/usr/bin/perl
# Takes the keyboard from the text consoles: no chord switches them, none shows anything. Root, once at boot.
# In perl because Debian always has it and it is up in a tenth of Python's time.
use strict;
use warnings;

my ($KDSETMODE, $KDSKBMODE, $GRAPHICS, $K_OFF) = (0x4B3A, 0x4B45, 1, 4);
for my $number (1, 12) { # the one in front, and the one that the kernel's messages go to
    open my $console, '+<', "/dev/tty$number" or next; # no such console is no way in
    ioctl $console, $KDSKBMODE, $K_OFF or die "tty$number keeps its keyboard: $!\n";
    ioctl $console, $KDSETMODE, $GRAPHICS or die "tty$number stays a text console: $!\n";
}

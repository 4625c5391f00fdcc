#!/bin/sh
# Takes out of a finished tree what nothing of ours calls: trim.sh TREE. Licences stay.
set -eu
cd "$1"
rm -rf var/cache/apt var/lib/apt var/cache/debconf var/cache/ldconfig usr/lib/apt/planners usr/share/bug \
  usr/share/bash-completion usr/share/zsh usr/share/sounds usr/share/lintian \
  usr/share/initramfs-tools usr/lib/klibc usr/lib/klibc-* usr/share/X11/locale usr/lib/udev/hwdb.d usr/lib/udev/hwdb.bin \
  etc/udev/hwdb.bin usr/share/perl5/debian_bundle usr/share/pixmaps usr/share/icons
rm -rf var/log/* var/cache/* tmp/* var/tmp/* run/* root/.[!.]*
mkdir -p var/log/journal var/cache
# Voices of espeak-ng that no form is read in
find usr/lib/*/espeak-ng-data -maxdepth 1 -name '*_dict' ! -name vi_dict ! -name en_dict -delete 2>/dev/null || true
rm -rf usr/lib/*/espeak-ng-data/mbrola_ph usr/lib/*/espeak-ng-data/voices/mb
# Python's own tests and what draws windows by Tk
rm -rf usr/lib/python3*/test usr/lib/python3*/idlelib usr/lib/python3*/tkinter usr/lib/python3*/turtle* \
  usr/lib/python3*/lib2to3 usr/lib/python3*/ensurepip usr/lib/python3*/pydoc_data

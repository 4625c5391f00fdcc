#!/bin/sh
# What a Raspberry Pi's firmware reads: pi.sh TREE OUT_DIR. Fills OUT_DIR/fat with the firmware, its settings, U-Boot and the
# script that chooses a slot, and OUT_DIR/board.bin is U-Boot for the virtual board of the trials.
set -eu
tree=$1 out=$2
here=$(dirname "$0")
fat=$out/fat
cp "$tree"/usr/lib/raspi-firmware/bootcode.bin "$tree"/usr/lib/raspi-firmware/fixup.dat \
  "$tree"/usr/lib/raspi-firmware/fixup4.dat "$tree"/usr/lib/raspi-firmware/start.elf \
  "$tree"/usr/lib/raspi-firmware/start4.elf "$fat/"
cp "$tree"/usr/lib/linux-image-*/broadcom/bcm*-rpi-*.dtb "$fat/"
cp "$tree/usr/lib/u-boot/rpi_arm64/u-boot.bin" "$fat/u-boot.bin"
cp "$here/boot/config.txt" "$fat/config.txt"
mkimage -A arm64 -O linux -T script -C none -n "slots of a kiosk" -d "$here/boot/boot.cmd" "$fat/boot.scr" >/dev/null
cp /usr/lib/u-boot/qemu_arm64/u-boot.bin "$out/board.bin"
rm -rf "$tree/usr/lib/raspi-firmware" "$tree/usr/lib/u-boot" "$tree"/usr/lib/linux-image-* "$tree/etc/kernel"

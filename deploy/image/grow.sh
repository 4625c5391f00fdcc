#!/bin/sh
# Lets the data partition (number 3, the last on the disk) fill the card at the first start. May be cut off at any moment:
# what was not finished is done at the next start. Touches nothing but the end of the disk and its table.
set -eu
device=$(findmnt -n -o SOURCE /data)
name=${device#/dev/}
disk=/dev/$(basename "$(readlink -f "/sys/class/block/$name/..")")
sectors() { cat "/sys/class/block/$1/$2"; }
total=$(sectors "${disk#/dev/}" size)
start=$(sectors "$name" start)
# The last MiB stays free: a GPT keeps its second table there
wanted=$((total - start - 2048))
if [ "$wanted" -gt "$(sectors "$name" size)" ]; then
  sfdisk -q --relocate gpt-bak-std "$disk" 2>/dev/null || true # an MBR has none
  echo ",$wanted" | sfdisk -q --no-reread --no-tell-kernel -N 3 "$disk"
  partx -u -n 3 "$disk"
fi
resize2fs "$device"
touch /data/system/grown
sync /data/system/grown

# A/B selection under U-Boot: three tries for a slot, then the other one. The counters lie in ab.env on partition 2,
# which boot_state.py resets when a slot has proved itself. The same script on a Raspberry Pi and on the virtual board.
setenv ORDER "A B"
setenv A_LEFT 3
setenv B_LEFT 3
if load ${devtype} ${devnum}:2 ${kernel_addr_r} ab.env; then env import -t ${kernel_addr_r} ${filesize} ORDER A_LEFT B_LEFT; fi
setenv slot ""
for s in ${ORDER}; do
  if test "x${slot}" = "x"; then
    if test "x${s}" = "xA" && test ${A_LEFT} -gt 0; then setexpr A_LEFT ${A_LEFT} - 1; setenv slot A; fi
    if test "x${s}" = "xB" && test ${B_LEFT} -gt 0; then setexpr B_LEFT ${B_LEFT} - 1; setenv slot B; fi
  fi
done
# Both used up: begin again rather than stay dark
if test "x${slot}" = "x"; then
  setenv A_LEFT 3
  setenv B_LEFT 3
  for s in ${ORDER}; do if test "x${slot}" = "x"; then setenv slot ${s}; fi; done
fi
if test "x${slot}" = "xB"; then setenv part 6; else setenv part 5; fi
# A length that never changes: the file's one sector is overwritten in place
env export -t -s 0x200 ${kernel_addr_r} ORDER A_LEFT B_LEFT
fatwrite ${devtype} ${devnum}:2 ${kernel_addr_r} ab.env 0x200
load ${devtype} ${devnum}:${part} ${kernel_addr_r} slot.env
env import -t ${kernel_addr_r} ${filesize} cmdline
# A kernel of Debian is larger than the room that U-Boot keeps for one on a Raspberry Pi
if test "x${devtype}" = "xmmc"; then setenv kernel_addr_r 0x03000000; setenv ramdisk_addr_r 0x08000000; fi
load ${devtype} ${devnum}:${part} ${kernel_addr_r} vmlinuz
load ${devtype} ${devnum}:${part} ${ramdisk_addr_r} initrd.img
setenv bootargs "${cmdline} rauc.slot=${slot}"
echo "hailong: slot ${slot}, tries left A=${A_LEFT} B=${B_LEFT}"
if test "x${fdt_addr}" != "x" && fdt addr ${fdt_addr}; then booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdt_addr}; fi
booti ${kernel_addr_r} ${ramdisk_addr_r}:${filesize} ${fdtcontroladdr}
# A slot without a kernel has used up one of its tries
reset

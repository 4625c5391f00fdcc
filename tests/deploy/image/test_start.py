"""What the start of the image does not wait for."""

import re
from pathlib import Path

IMAGE = Path(__file__).parents[3] / "deploy" / "image"


def test_no_unit_is_enabled_for_a_device_that_a_machine_may_lack() -> None:
    recipe = (IMAGE / "finish.sh").read_text().replace("\\\n", " ")
    enabled = {unit for line in re.findall(r"systemctl --quiet enable (.*)", recipe) for unit in line.split()}
    assert "chrony.service" in enabled
    assert not {unit for unit in enabled if "@" in unit}


def test_wireless_begins_with_its_device_and_only_where_it_was_asked_for() -> None:
    rule = (IMAGE / "root/etc/udev/rules.d/70-hailong-wireless.rules").read_text()
    (wanted,) = re.findall(r'KERNEL=="wlan0".*ENV\{SYSTEMD_WANTS\}\+="([^"]+)"', rule)
    drop_in = (IMAGE / f"root/etc/systemd/system/{wanted}.d/60-hailong.conf").read_text()
    assert "ConditionPathExists=/etc/wpa_supplicant/" in drop_in

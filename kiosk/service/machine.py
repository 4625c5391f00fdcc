"""What the Pi says of itself: temperature and supply, read from /sys. An absent file is no news, not an error."""

from dataclasses import dataclass
from pathlib import Path

SYS = Path("/sys")
ZONE = "class/thermal/thermal_zone0/temp"  # thousandths of a degree
SUPPLY = "rpi_volt"  # the kernel's own watch over the supply (Documentation/hwmon/raspberrypi-hwmon)
ALARM = "in0_lcrit_alarm"


@dataclass(frozen=True, slots=True)
class Machine:
    """`temperature_c`: whole degrees. `supply_low`: the supply has sagged since the kernel last looked well. None where
    this machine does not tell."""

    temperature_c: int | None = None
    supply_low: bool | None = None


def read_machine(sys: Path = SYS) -> Machine:
    """As it is now."""
    temperature = _number(sys / ZONE)
    alarms = [
        _number(each.with_name(ALARM)) for each in sorted((sys / "class/hwmon").glob("*/name")) if _is_supply(each)
    ]
    told = [alarm for alarm in alarms if alarm is not None]
    return Machine(None if temperature is None else round(temperature / 1000), any(told) if told else None)


def _is_supply(name: Path) -> bool:
    try:
        return name.read_text(encoding="ascii", errors="replace").strip() == SUPPLY
    except OSError:
        return False


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii", errors="replace"))
    except (OSError, ValueError):
        return None

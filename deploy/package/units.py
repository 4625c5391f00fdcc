"""Where each file of deploy/units goes on the machine: decided by its suffix alone. Knows none of them by name."""

import configparser
from collections.abc import Iterator
from pathlib import Path

UNITS = "usr/lib/systemd/system"
SYSTEMD = (".service", ".timer", ".path", ".socket", ".target", ".mount", ".automount", ".slice")
FOLDERS = {
    ".tmpfiles": "usr/lib/tmpfiles.d/{stem}.conf",
    ".sysusers": "usr/lib/sysusers.d/{stem}.conf",
    ".rules": "usr/lib/udev/rules.d/{stem}.rules",
    ".sysctl": "usr/lib/sysctl.d/{stem}.conf",
    ".journald": "usr/lib/systemd/journald.conf.d/{stem}.conf",
    ".logind": "usr/lib/systemd/logind.conf.d/{stem}.conf",
    ".manager": "usr/lib/systemd/system.conf.d/{stem}.conf",
    ".modprobe": "usr/lib/modprobe.d/{stem}.conf",
    ".chrony": "etc/chrony/{stem}.conf",
    ".env": "usr/share/hailong/{stem}.env",
    ".toml": "usr/share/hailong/{stem}.toml",
    ".json": "usr/share/hailong/{stem}.json",
}

SINCE_RELEASE = {"RestartSteps": 13, "RestartMaxDelaySec": 13}  # an older systemd would complain of them at every start


class UnknownSuffix(ValueError):
    """A file of deploy/units that has no place."""

    code = "unknown-suffix"
    hint = "Name it by one of the suffixes of deploy/package/units.py, or add the suffix there."


def place(name: str) -> str:
    """The path of this file below the root; `UNIT.d/NAME.conf` is a drop-in. Raises: UnknownSuffix."""
    path = Path(name)
    if path.suffix in SYSTEMD or (path.suffix == ".conf" and path.parent.suffix == ".d"):
        return f"{UNITS}/{name}"
    if path.suffix not in FOLDERS:
        raise UnknownSuffix(name)
    return FOLDERS[path.suffix].format(stem=path.stem)


def wishes(unit: str) -> Iterator[str]:
    """The links, below the systemd folder, by which other units pull this one in: its own [Install] section."""
    parser = configparser.RawConfigParser(strict=False, interpolation=None, comment_prefixes=("#", ";"))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(unit)
    if parser.has_section("Install"):
        for key, folder in (("WantedBy", "wants"), ("RequiredBy", "requires")):
            for puller in parser.get("Install", key, fallback="").split():
                yield f"{puller}.{folder}"


def understood(unit: str, release: int) -> str:
    """`unit` without the settings that the systemd of this Debian release does not know."""
    newer = {name for name, since in SINCE_RELEASE.items() if release < since}
    return "".join(line for line in unit.splitlines(keepends=True) if line.partition("=")[0] not in newer)

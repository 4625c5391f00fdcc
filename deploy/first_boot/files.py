"""Writes what a `Wanted` asks for, file by file; says which changed. What was there stays beside it as `.bak`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.durable import write_whole
from deploy.first_boot.kiosk_keys import faults_together
from deploy.first_boot.rules import Value
from deploy.first_boot.toml_text import drop_table, set_tables, set_value
from deploy.first_boot.wanted import BadFile, Network, Wanted

SECRET, OPEN = 0o640, 0o644
AUTHORITY = "centre-ca.pem"
EMPTY = 'data_directory = "/var/lib/hailong"\n'


@dataclass(frozen=True, slots=True)
class Places:
    """Where things lie; `root` is before all of them (tests, an image that is mounted). `begun`: the kiosk's settings
    where the machine has none at all."""

    root: Path = Path("/")
    begun: str = EMPTY

    def at(self, path: str) -> Path:
        return self.root / path.lstrip("/")


@dataclass
class Changes:
    """`changed`: paths as the machine names them."""

    places: Places
    changed: list[str] = field(default_factory=list)

    def write(self, path: str, text: str, mode: int = OPEN) -> None:
        """Put `text` there if it is not there; durable and whole or not at all. Raises: OSError."""
        target = self.places.at(path)
        old = target.read_text("utf-8", "replace") if target.exists() else None
        if old == text:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        if old is not None:
            write_whole(target.with_name(target.name + ".bak"), old.encode(), mode)
        write_whole(target, text.encode(), mode, target if old is not None else target.parent)
        self.changed.append(path)


def settings_of(wanted: Wanted, places: Places) -> dict[str, str]:
    """What becomes of the files of /etc/hailong, by name; nothing is written yet.

    Raises: BadFile where the kiosk would not start with it; OSError; ValueError for one that cannot be changed.
    """
    files: dict[str, str] = {}
    if wanted.centre_url:
        agent: dict[str, Value] = {"centre_url": wanted.centre_url, "proxy": wanted.proxy}
        agent["ca_bundle"] = f"/etc/hailong/{AUTHORITY}" if wanted.authority else ""
        files["agent.toml"] = _set(_read(places, "agent.toml"), {"": agent})
    if wanted.kiosk or wanted.panels is not None:
        files["kiosk.toml"] = _kiosk(wanted, _read(places, "kiosk.toml", places.begun))
    if wanted.keyboards is not None:
        files["usb.toml"] = set_tables(_read(places, "usb.toml", ""), "keyboard", wanted.keyboards)
    return files


def apply(wanted: Wanted, changes: Changes) -> None:
    """Everything but the code. Raises: as `settings_of`; then nothing was changed, but for an OSError."""
    files = settings_of(wanted, changes.places)
    if wanted.authority:
        changes.write(f"/etc/hailong/{AUTHORITY}", wanted.authority + "\n")
    for name, text in files.items():
        changes.write(f"/etc/hailong/{name}", text)
    if wanted.servers is not None:
        text = "".join(f"server {server} iburst\n" for server in wanted.servers)
        changes.write("/etc/hailong/time.sources", text)
    if wanted.network is not None:
        _network(changes, wanted.network)


def _kiosk(wanted: Wanted, text: str) -> str:
    text = _set(text, wanted.kiosk)
    for name in [name for name, values in wanted.kiosk.items() if not values]:
        text = drop_table(text, name)
    changed = set(wanted.kiosk)
    if wanted.panels is not None:
        text, changed = set_tables(text, "panel", wanted.panels), {*changed, "panel"}
    problems = faults_together(tomllib.loads(text), frozenset(changed))
    if problems:
        raise BadFile(problems)
    return text


def _read(places: Places, name: str, empty: str = EMPTY) -> str:
    """The file of /etc/hailong, begun from the shipped one where there is none."""
    own, shipped = (places.at(f"{folder}/{name}") for folder in ("/etc/hailong", "/usr/share/hailong"))
    source = next((path for path in (own, shipped) if path.exists()), None)
    return source.read_text("utf-8") if source else empty


def _set(text: str, tables: Mapping[str, Mapping[str, Value]]) -> str:
    for table, values in tables.items():
        for key, value in values.items():
            text = set_value(text, table, key, value)
    return text


def _network(changes: Changes, network: Network) -> None:
    """NetworkManager's file where that runs this machine's network, systemd-networkd's (and wpa_supplicant's) else."""
    if changes.places.at("/usr/sbin/NetworkManager").exists():
        path = "/etc/NetworkManager/system-connections/hailong.nmconnection"
        changes.write(path, _connection(network), 0o600)
        return
    wifi = network.kind == "wifi"
    match = "Type=wlan" if wifi else "Type=ether"
    lines = ["[Match]", match, "", "[Network]"]
    if network.address == "dhcp":
        lines.append("DHCP=yes")
    else:
        lines += [f"Address={network.address}", f"Gateway={network.gateway}"]
    lines += [f"DNS={server}" for server in network.dns]
    changes.write("/etc/systemd/network/20-hailong.network", "\n".join(lines) + "\n")
    if wifi:
        text = (
            "ctrl_interface=/run/wpa_supplicant\ncountry=VN\nnetwork={\n"
            f"    ssid={network.ssid.encode().hex()}\n    psk={_quoted(network.password)}\n}}\n"
        )
        changes.write("/etc/wpa_supplicant/wpa_supplicant-wlan0.conf", text, 0o600)


def _quoted(password: str) -> str:
    """wpa_supplicant takes everything between the outer quotation marks as it stands."""
    return f'"{password}"'


def _connection(network: Network) -> str:
    wifi = network.kind == "wifi"
    lines = ["[connection]", "id=hailong", f"type={'wifi' if wifi else 'ethernet'}", "autoconnect=true", ""]
    if wifi:
        name = ";".join(str(byte) for byte in network.ssid.encode()) + ";"
        lines += ["[wifi]", f"ssid={name}", "", "[wifi-security]", "key-mgmt=wpa-psk"]
        lines += [f"psk={_escaped(network.password)}", ""]
    lines.append("[ipv4]")
    if network.address == "dhcp":
        lines.append("method=auto")
    else:
        lines += ["method=manual", f"address1={network.address},{network.gateway}"]
    lines += [f"dns={';'.join(network.dns)};"] if network.dns else []
    return "\n".join([*lines, "", "[ipv6]", "method=auto", ""])


def _escaped(text: str) -> str:
    """A key file's own escapes (GKeyFile)."""
    return text.replace("\\", "\\\\").replace(" ", "\\s").replace(";", "\\;")

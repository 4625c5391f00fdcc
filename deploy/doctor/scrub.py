"""Takes out of settings and logs what must not leave the kiosk: secrets, whatever a person wrote, exact times (law 6).

What is not known to be harmless is taken out: a support package that says too little is asked for again.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from deploy.doctor.machine import at

REMOVED = "(đã bỏ)"
SECRET = re.compile(r"code|passw|psk|secret|(?<!by)key(?!pad)|token|hash|phrase|credential|^pin$|auth", re.IGNORECASE)
LONG = re.compile(r"^(?=.*[0-9])[A-Za-z0-9+/=_$.,:\-]{20,}$")  # a hash or key under another name; not a path or address
PLACE = re.compile(r"^(?:/|https?://|[a-z0-9.\-]+\.[a-z]{2,}(?::[0-9]+)?$)")
USER_IN_URL = re.compile(r"(?<=://)\S*@")  # greedy: a password may hold an @ or a slash
QUARTER_S = 900
OF_CITIZENS = ("answer", "press", "slip")  # events at the instant at which somebody stood there
WORD = re.compile(r"^[A-Za-z0-9_./:+\-]{1,80}$")  # codes, names, paths: no sentence, nothing that was typed
FRAME = re.compile(
    r'File "[^"\n]{1,200}", line [0-9]+, in \S+|^(?:[A-Za-z_.]+(?:Error|Exception|Interrupt))(?=:|$)', re.MULTILINE
)
KERNEL_WORDS = re.compile(r"psk|passphrase|ssid", re.IGNORECASE)


def settings(value: Any, name: str = "") -> Any:
    """`value`, part of a settings file under `name`, without what is secret."""
    if SECRET.search(name) and not isinstance(value, bool):
        return REMOVED
    if isinstance(value, Mapping):
        return {key: settings(each, str(key)) for key, each in value.items()}
    if isinstance(value, list):
        return [settings(each, name) for each in value]
    if isinstance(value, str):
        hidden = bool(LONG.match(value)) and not PLACE.match(value)
        return REMOVED if hidden else USER_IN_URL.sub(f"{REMOVED}@", value)
    return value if isinstance(value, bool | int | float) else str(value)


def journal(text: str, kernel: bool = False) -> Iterator[str]:
    """Lines «quarter-hour unit message» of `journalctl --output=json`: our events, systemd's words, or the kernel's."""
    for line in text.split("\n"):
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            continue
        message = at(entry, str, "MESSAGE")
        if message is None:
            continue
        said = _kernel(message) if kernel else _said(entry, message)
        if said:
            yield f"{quarter(at(entry, str, '__REALTIME_TIMESTAMP'))} {said}"


def _kernel(message: str) -> str:
    return "" if KERNEL_WORDS.search(message) else message[:300].replace("\n", " ")


def _said(entry: Mapping[str, Any], message: str) -> str:
    unit = at(entry, str, "UNIT") or at(entry, str, "_SYSTEMD_UNIT") or "?"
    if at(entry, str, "_COMM") == "systemd" or at(entry, str, "_PID") == "1":
        return f"{unit} {message[:200]}".replace("\n", " ")
    try:
        event = json.loads(message)
    except (ValueError, RecursionError):
        frames = " | ".join(FRAME.findall(message))
        return f"{unit} {frames}" if frames else ""
    name = at(event, str, "event") or ""
    if not WORD.match(name) or name.split(".")[0] in OF_CITIZENS:
        return ""
    kept = {key: _field(key, value) for key, value in event.items() if WORD.match(key)}
    return f"{unit} {json.dumps(kept, ensure_ascii=False)}"


def _field(key: str, value: Any) -> Any:
    if key == "trace" and isinstance(value, str):
        return " | ".join(FRAME.findall(value))
    if isinstance(value, bool | int | float):
        return value
    harmless = isinstance(value, str) and WORD.match(value) and not SECRET.search(key.removesuffix("code") or "")
    return value if harmless and not (LONG.match(value) and not PLACE.match(value)) else REMOVED


def quarter(microseconds: str | None) -> str:
    """The start of the quarter-hour of a journal's time stamp, UTC; "?" for none."""
    try:
        at_s = int(microseconds or "") // 1_000_000
        return datetime.fromtimestamp(at_s - at_s % QUARTER_S, UTC).strftime("%Y-%m-%dT%H:%MZ")
    except (ValueError, OverflowError, OSError):
        return "?"

"""Which addresses a kiosk takes from its card: one that it refuses would be carried to every office for nothing.

The kiosk's own rule is deploy/first_boot/wanted.py, which imports nothing of ours; a test holds both to one verdict.
"""

import ipaddress
import re

LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(
    rf"(?P<scheme>https?)://(?:(?P<name>{LABEL}(?:\.{LABEL})*)|\[(?P<number>[0-9a-f:]+)\])"
    r"(?::(?P<port>[0-9]{1,5}))?(?:/[A-Za-z0-9._~/-]*)?"
)
LONGEST_NAME, HIGHEST_PORT = 253, 65535
NEAR = ("localhost", "127.0.0.1", "::1")  # where nothing crosses a network in clear


def is_takeable(address: str) -> bool:
    """https, or http on this machine; no query, no password, a port that can be one."""
    if not address.isprintable():
        return False
    found = ADDRESS.fullmatch(address.strip().rstrip("/"))
    if found is None or not 1 <= int(found["port"] or 1) <= HIGHEST_PORT:
        return False
    host = found["name"] or found["number"]
    if found["number"]:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            return False
    return len(host) <= LONGEST_NAME and (found["scheme"] == "https" or host in NEAR)

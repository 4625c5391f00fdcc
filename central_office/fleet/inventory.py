"""The fleet as Ansible's dynamic inventory: groups by district, version, state and trouble. Pure.

Format: what an inventory plugin's script prints for `--list`: groups with `hosts`, and `_meta.hostvars`, which saves it
from asking for each host. Group names are letters, digits and underscores, as Ansible wants them.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from central_office.fleet.listing import KioskRow
from survey.vietnamese import weak

NOT_A_NAME = re.compile(r"[^a-z0-9]+")


def ansible(rows: Iterable[KioskRow], addresses: Mapping[str, str]) -> dict[str, Any]:
    """Kiosks that were revoked are left out. `addresses`: by kiosk, from where it last spoke; a kiosk behind a router
    that others share has its router's, so a host without its own entry in the office's names may need one."""
    groups: dict[str, list[str]] = {}
    variables: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: row.kiosk):
        if not row.status.is_gone:
            variables[row.kiosk] = _variables(row, addresses.get(row.kiosk, ""))
            for group in _groups(row):
                groups.setdefault(group, []).append(row.kiosk)
    kiosks = {"hosts": sorted(variables), "vars": {"ansible_user": "root", "ansible_python_interpreter": "auto_silent"}}
    top = {"all": {"children": ["ungrouped", "hailong_kiosks", *sorted(groups)]}, "hailong_kiosks": kiosks}
    return {"_meta": {"hostvars": variables}, **top, **{name: {"hosts": groups[name]} for name in sorted(groups)}}


def _groups(row: KioskRow) -> list[str]:
    found = [f"state_{row.status.value}", f"plan_{_name(row.plan)}"]
    found += [f"district_{_name(row.district.name)}"] if row.district.ref else []
    found += [f"version_{_name(row.version)}"] if row.version else []
    return found + [f"trouble_{trouble.value}" for trouble in row.troubles]


def _variables(row: KioskRow, address: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "hailong_plan": row.plan,
        "hailong_point": row.point,
        "hailong_point_name": row.point_name,
        "hailong_district": row.district.name,
        "hailong_version": row.version,
        "hailong_troubles": [trouble.value for trouble in row.troubles],
        "hailong_health": list(row.health or ()),
    }
    return found | ({"ansible_host": address} if address else {})


def _name(text: str) -> str:
    return NOT_A_NAME.sub("_", weak(text)).strip("_")

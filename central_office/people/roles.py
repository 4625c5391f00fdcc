"""Roles: named sets of rights, shipped as data; the administrator's changes lie over them. Knows no person."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from central_office.people.models import RoleChange
from central_office.people.rights import Right

ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Role:
    """`second_factor`: whether its people must sign in with a second factor, where the office demands one."""

    code: str
    name: str
    about: str
    rights: frozenset[Right]
    second_factor: bool


@cache
def shipped() -> dict[str, Role]:
    text = files("central_office.people").joinpath("data/roles.json").read_text("utf-8")
    return {entry["code"]: _role(entry) for entry in json.loads(text)}


def roles() -> dict[str, Role]:
    """Every role as it holds now, by code."""
    changed = dict(RoleChange.objects.values_list("code", "rights"))
    return {
        code: replace(role, rights=_known(changed[code])) if code in changed else role
        for code, role in shipped().items()
    }


def _role(entry: dict[str, object]) -> Role:
    rights = entry["rights"]
    assert isinstance(rights, list)
    return Role(
        code=str(entry["code"]),
        name=str(entry["name"]),
        about=str(entry["about"]),
        rights=frozenset(Right(right) for right in rights),
        second_factor=bool(entry["second_factor"]),
    )


def _known(rights: Iterable[str]) -> frozenset[Right]:
    """A right that was stored and is no more gives nothing."""
    return frozenset(Right(right) for right in rights if right in set(Right))

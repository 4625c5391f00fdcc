"""The arguments of the command groups: one module a group, its `add` in GROUPS. No Django, so `--help` is quick.

A command names its function in `run` ("central_office.commands.units:unit_import"), which is imported once Django is
ready and gets the parsed arguments and the Config.
"""

import argparse
from pathlib import Path
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(commands: Commands, name: str, text: str) -> argparse.ArgumentParser:
    """A command with the options that every command has."""
    parser = commands.add_parser(name, help=text, description=text)
    add_common(parser, default=argparse.SUPPRESS)
    return parser


def add_common(parser: argparse.ArgumentParser, default: object = None) -> None:
    parser.add_argument("--config", metavar="TOML", default=default, help="tệp cấu hình / settings file")
    check = default if default == argparse.SUPPRESS else False
    parser.add_argument("--check-config", action="store_true", default=check, help="chỉ kiểm tra cấu hình / only check")


def add_wording(parser: argparse.ArgumentParser) -> None:
    """In which language, and in whose words, something is printed."""
    parser.add_argument("--language", default="vi", help="ngôn ngữ / language (vi)")
    parser.add_argument("--texts", type=Path, metavar="JSON", help="lời của địa phương / the province's own words")

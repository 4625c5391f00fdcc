"""COMMANDS: what an operator types. Each takes parsed arguments, says what it did, returns an exit code."""

import os
import sys

import django

from central_office.config import ENVIRONMENT


def say(text: str) -> None:
    """One line for the operator, at once (a script may be waiting for it)."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def start_django(config_path: str | None) -> None:
    """Make Django ready with the settings file named on the command line or by the environment."""
    if config_path:
        os.environ[ENVIRONMENT] = config_path
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "central_office.settings")
    django.setup()

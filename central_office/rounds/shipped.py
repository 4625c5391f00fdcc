"""The plans and forms that come with the product, as files. Knows no database."""

from importlib.resources import files
from pathlib import Path

from survey.form import Form
from survey.form_file import read_form

DATA = Path(str(files("survey") / "data"))


def plan_paths() -> list[Path]:
    return sorted((DATA / "plans").glob("*.json"))


def forms_of(paths: list[Path]) -> dict[str, Form]:
    """The forms in `paths` and the shipped ones, by id; a path's wins. Raises: BadFile, OSError."""
    found = [read_form(path.read_bytes(), path.name) for path in [*sorted((DATA / "forms").glob("*.json")), *paths]]
    return {form.id: form for form in found}

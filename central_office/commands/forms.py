"""Forms on the command line: spreadsheets, local additions, checks. The rules are in `central_office.forms`."""

import json
from argparse import Namespace
from pathlib import Path
from typing import Any

from django.utils import timezone

from central_office.commands import say
from central_office.config import Config
from central_office.forms.differences import differences
from central_office.forms.extension import extend, from_spreadsheet
from central_office.forms.loading import load, versions
from central_office.forms.xlsform_in import read_xlsform
from central_office.forms.xlsform_out import write_xlsform
from central_office.people.audit import operator
from central_office.rounds.form_choice import use
from central_office.rounds.models import FormFile
from survey.canonical import nfc
from survey.errors import BadFile, Problem
from survey.form import Form
from survey.form_census import MOST_SYLLABLES, census
from survey.form_file import read_form


def form_import(arguments: Namespace, _config: Config) -> int:
    path: Path = arguments.file
    imported = read_xlsform(path.read_bytes(), path.name)
    for note in imported.noted:
        say(f"  pyxform: {note}")
    if arguments.out is None:
        _show(load(imported.data(), path.name, operator(), timezone.now()))
    else:
        arguments.out.write_bytes(imported.data())
        _show(read_form(imported.data(), path.name))
        say(f"  → {arguments.out}")
    return 0


def form_export(arguments: Namespace, _config: Config) -> int:
    path = Path(arguments.form)
    text = _text(path) if path.is_file() else _loaded(arguments.form, arguments.version)
    arguments.out.write_bytes(write_xlsform(text))
    _show(read_form(text.encode(), arguments.form))
    say(f"  → {arguments.out}")
    return 0


def form_extend(arguments: Namespace, _config: Config) -> int:
    core: Path = arguments.core
    path: Path = arguments.addition
    core_text = _text(core)
    addition = _addition(path, read_form(core_text.encode(), core.name))
    document = extend(core_text, addition, path.name, arguments.prefix)
    data = json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"
    form = read_form(data, path.name)
    arguments.out.write_bytes(data)
    _show(form)
    if form.extends is not None:
        say(f"  mở rộng / extends: {form.extends.id} {form.extends.version} {form.extends.digest}")
    say(f"  → {arguments.out}")
    return 0


def form_check(arguments: Namespace, _config: Config) -> int:
    for path in arguments.files:
        form = _read(path)
        counted = census(form)
        _show(form)
        for line in counted.lines():
            say(f"  {line}")
        say(f"  câu dài nhất / longest question: {counted.longest}, {counted.syllables} âm tiết / syllables")
        if counted.syllables > MOST_SYLLABLES:
            say(f"  chú ý / note: dài hơn {MOST_SYLLABLES} âm tiết, khó đọc / longer than {MOST_SYLLABLES} syllables")
    return 0


def form_load(arguments: Namespace, _config: Config) -> int:
    for path in arguments.files:
        _show(load(path.read_bytes(), path.name, operator(), timezone.now()))
    return 0


def form_use(arguments: Namespace, _config: Config) -> int:
    form = use(arguments.plan, arguments.form, arguments.version, operator(), timezone.now(), anyway=arguments.anyway)
    _show(form)
    say(f"Kế hoạch {arguments.plan} hỏi theo bản {form.version} / the plan asks by this version")
    return 0


def form_list(_arguments: Namespace, _config: Config) -> int:
    for version in versions():
        say(f"{version.form}\t{version.version}\t{version.digest}\t{version.loaded_at:%Y-%m-%d %H:%M}\t{version.by}")
    return 0


def form_diff(arguments: Namespace, _config: Config) -> int:
    found = differences(_read(arguments.old), _read(arguments.new))
    for sentence in found or ["Nội dung như nhau / same content."]:
        say(sentence)
    return 0


def _read(path: Path) -> Form:
    data = path.read_bytes()
    if path.suffix.lower() == ".xlsx":
        data = read_xlsform(data, path.name).data()
    return read_form(data, path.name)


def _addition(path: Path, core: Form) -> dict[str, Any]:
    if path.suffix.lower() == ".xlsx":
        return from_spreadsheet(path.read_bytes(), path.name, core)
    try:
        document = json.loads(_text(path))
    except ValueError as error:
        raise BadFile(path.name, [Problem("", str(error))]) from None
    if not isinstance(document, dict):
        raise BadFile(path.name, [Problem("", "the document is not an object")])
    return document


def _text(path: Path) -> str:
    try:
        return nfc(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadFile(path.name, [Problem(f"byte {error.start}", "not UTF-8")]) from None


def _loaded(form: str, version: str) -> str:
    known = FormFile.objects.filter(form=form, **({"version": version} if version else {}))
    return known.latest("loaded_at").text


def _show(form: Form) -> None:
    say(f"Phiếu / form: {form.id} {form.version}  {form.digest}")

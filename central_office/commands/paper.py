"""Paper on the command line: posters with a unit's code, forms to print. The looks are in `central_office.paper`."""

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TextIO

from django.db import transaction

from central_office.commands import say
from central_office.config import Config
from central_office.coverage.asked import today
from central_office.paper import lettering, qr
from central_office.paper.errors import Unprintable
from central_office.paper.form_print import LAYOUTS, Body, Copy, Layout, write_form
from central_office.paper.poster import Campaign, Poster, write_posters
from central_office.paper.texts import FormTexts, PosterTexts, load_texts
from central_office.results.spreadsheet import write_csv
from central_office.rounds.catalogue import form_of, plan_of
from central_office.rounds.models import PlanFile
from central_office.slips.codes import office_codes
from central_office.slips.numbers import number_of
from survey.invitation import EPOCH, LAST_DAY, slip_url, unit_code, unit_url
from survey.plan import Plan, Point

CSV_HEAD = ("Mã điểm", "Tên điểm", "Mã trên áp phích", "Địa chỉ")
BAR = 30  # characters
EVERY = 50  # posters between two lines where nobody looks at a bar


class Progress:
    """How far and for how many seconds: a bar on a terminal, plain lines elsewhere. Clock in seconds."""

    def __init__(self, total: int, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.total, self.stream, self.clock = total, stream, clock
        self.started = clock()

    def __call__(self, done: int) -> None:
        said = f"{done}/{self.total}  {self.clock() - self.started:.1f} s".replace(".", ",")
        if self.stream.isatty():
            full = BAR * done // self.total
            self.stream.write(f"\r[{'█' * full}{'·' * (BAR - full)}] {said}" + "\n" * (done == self.total))
        elif done == self.total or done % EVERY == 0:
            self.stream.write(said + "\n")
        self.stream.flush()


def posters(arguments: Namespace, config: Config) -> int:
    """`qr`: a PDF of the posters, a table beside it, and each code as a picture where `--png` asks for it."""
    plan = plan_of(PlanFile.objects.get(plan=arguments.plan).text)
    points = _points(plan, arguments.point)
    texts = load_texts(PosterTexts, arguments.texts)
    sheets = _posters(plan, points, _public_url(config))
    folder: Path = arguments.out
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{plan.id}-posters" if arguments.point is None else f"{plan.id}-{arguments.point}-poster"
    campaign = Campaign(plan.title, plan.issuer, plan.first_day, plan.last_day)
    with _whole(folder / f"{stem}-{arguments.size}.pdf") as path:
        progress = Progress(len(sheets), sys.stdout)
        write_posters(path, campaign, sheets, texts, size=arguments.size, language=arguments.language, made=progress)
    rows = [(sheet.point, sheet.name, sheet.code, sheet.url) for sheet in sheets]
    (folder / f"{stem}.csv").write_bytes(write_csv(CSV_HEAD, rows))
    if arguments.png:
        (folder / "png").mkdir(exist_ok=True)
        for sheet in sheets:
            (folder / "png" / f"{sheet.point}.png").write_bytes(qr.png(sheet.url))
    _warn(sheets)
    say(f"Áp phích / posters: {len(sheets)} → {folder / stem}-{arguments.size}.pdf, {stem}.csv")
    return 0


def form_print(arguments: Namespace, config: Config) -> int:
    """`form print`: the plan's form for one point, on the slip's back or on A4 with numbers of their own."""
    loaded = PlanFile.objects.select_related("form").get(plan=arguments.plan)
    plan = plan_of(loaded.text)
    point = _points(plan, arguments.point)[0]
    layout = LAYOUTS[arguments.layout]
    words = load_texts(FormTexts, arguments.texts)
    copies = _copies(plan, point, layout, arguments.copies, config)
    body = Body(plan.issuer, point.name["vi"])
    with _whole(arguments.out) as path:
        pages = write_form(path, form_of(loaded.form.text), body, copies, words, layout, language=arguments.language)
    say(f"Phiếu giấy / forms on paper: {len(copies)} × {pages} trang/pages → {arguments.out}")
    return 0


def _copies(plan: Plan, point: Point, layout: Layout, count: int, config: Config) -> list[Copy]:
    """Numbered copies are good as long as the last slips of the plan; the slip's back shows the unit's own code.

    Raises: Unprintable when none could be used any more.
    """
    if not layout.numbered:
        return [Copy(unit_url(_public_url(config), number_of(plan.id, point.code)))] * count
    last_day = plan.last_day + timedelta(days=config.slip_valid_days)
    if last_day < today():
        raise Unprintable(
            f"plan {plan.id} is over: its numbers could be used until {last_day}",
            "Clone it into a new window: plan clone.",
        )
    if not EPOCH <= last_day <= LAST_DAY:
        raise Unprintable(f"no number can say {last_day}", "Clone the plan into a nearer window: plan clone.")
    codes = office_codes(plan.id, point.code, count, last_day)
    return [Copy(slip_url(config.public_url, code), code.text) for code in codes]


def _points(plan: Plan, wanted: str | None) -> list[Point]:
    if wanted is None:
        return [allocation.point for allocation in plan.allocations]
    found = plan.allocation(wanted)
    if found is None:
        raise Unprintable(f"plan {plan.id} has no point {wanted!r}", f"See them: hailong-office plan points {plan.id}")
    return [found.point]


def _posters(plan: Plan, points: Sequence[Point], base: str) -> list[Poster]:
    with transaction.atomic():  # numbers allotted for the first time: one flush to the disk, not one for each point
        numbers = [number_of(plan.id, point.code) for point in points]
    return [
        Poster(point.code, point.name["vi"], unit_code(number), unit_url(base, number))
        for point, number in zip(points, numbers, strict=True)
    ]


def _public_url(config: Config) -> str:
    if not config.public_url:
        raise Unprintable(
            "the office has no public address for the code to lead to",
            'Name it in the settings file: public_url = "https://…", as citizens\' telephones reach it.',
        )
    return config.public_url


def _warn(sheets: Sequence[Poster]) -> None:
    lettering.ready()
    for sheet in sheets:
        if missing := lettering.without_letters(sheet.name):
            say(f"  chú ý / note: {sheet.point}: phông chữ không có / the font has no {missing!r}")


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """A name to write to; the file appears under `path` only when it is whole."""
    part = path.with_name(path.name + ".part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)

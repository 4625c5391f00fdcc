"""Freezing a round: what goes in, what comes later, the same bytes in a fresh process, what is written down."""

import re
import shutil
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

PLAN = "krong-no-2023"
LATER = datetime(2023, 11, 2, 3, 0, tzinfo=UTC)
PASSWORD = "mat-khau-thu-nghiem-1"
POINTS = {"kn-huyen": 37, "kn-dak-mam": 24, "kn-nam-da": 15, "kn-nam-xuan": 4}


def fill(office: Any, points: dict[str, int] = POINTS) -> list[Any]:
    """Devices at the points, each with its answers delivered; two of them outside the window."""
    devices = []
    for number, (point, count) in enumerate(points.items()):
        device = office.device(300 + number, point)
        records = device.answers(count)
        if not number:
            records += device.answers(2, quarter="2023-12-01T08:00+07:00")
        device.deliver_all(office.door, records)
        devices.append(device)
    return devices


def signer() -> tuple[Any, bytes]:
    from django.conf import settings

    from central_office.keys import read_centre_key, sign_with

    key = read_centre_key(settings.CENTRE_KEY_PATH)
    return lambda message: sign_with(key, message), bytes(key.verify_key)


def freeze(at: datetime | None = None, **changes: Any) -> Any:
    from django.utils import timezone

    from central_office.publication import freezing
    from central_office.publication.figures import figures

    now = timezone.now()
    request = freezing.Request(PLAN, at or now, now, "cli:thu", **changes)
    return freezing.freeze(request, figures, signer()[0])


def test_the_counters_from_the_bytes_are_those_of_the_intake(office: Any, helper: Any) -> None:
    from central_office.intake import sums
    from central_office.publication import members
    from central_office.publication.counters import counters_of
    from central_office.rounds.models import FormFile, PlanFile

    fill(office)
    forms = list(FormFile.objects.values_list("digest", flat=True))
    plan_file = PlanFile.objects.get(plan=PLAN)
    mine = counters_of(plan_file, members.of_plan(PLAN, datetime.now(UTC)))
    rows = 0
    for name in ("day_counts", "place_counts", "time_sums", "person_sums", "day_states"):
        for points in (None, frozenset({"kn-huyen", "kn-nam-da"})):
            theirs = Counter(getattr(sums, name)(PLAN, forms, points))
            assert Counter(getattr(mine, name)(PLAN, forms, points)) == theirs, name
            assert theirs
            rows += len(theirs)
    print(f"{office.database}: {rows} sums from the bytes as from the counters")


def test_a_frozen_round_stays_as_it_is_and_can_be_made_again(office: Any, tmp_path: Path) -> None:
    from central_office.publication import freezing, members
    from central_office.publication.figures import figures
    from central_office.publication.models import Frozen, Unchangeable
    from central_office.results.analysis import By
    from central_office.results.analysis_file import read_analysis

    devices = fill(office)
    frozen = freeze()
    analysis, _ = read_analysis(bytes(frozen.analysis))
    assert (frozen.version, frozen.count, frozen.interim) == (f"{PLAN}-1", 82, False)
    assert (analysis.received, analysis.outside_window, analysis.floor, analysis.signals) == (80, 2, 10, ())
    hidden = {row.code for row in analysis.breakdowns[By.POINT].rows if row.overall.hidden}
    assert "kn-nam-xuan" in hidden
    assert len(hidden) >= 2
    devices[0].deliver(office.door, devices[0].answers(9))
    again = freezing.rebuild(frozen, figures)
    assert (again.differing, again.withdrawn) == ((), 0)
    assert members.count_of(PLAN) - frozen.count == 9
    assert freezing.is_genuine(frozen, signer()[1])
    second = freeze()
    assert (second.version, second.count) == (f"{PLAN}-2", 91)
    with pytest.raises(Unchangeable):
        frozen.save()
    with pytest.raises(Unchangeable):
        frozen.delete()
    Frozen.objects.filter(pk=frozen.pk).update(analysis=bytes(second.analysis))
    forged = Frozen.objects.get(pk=frozen.pk)
    assert not freezing.is_genuine(forged, signer()[1])
    assert freezing.is_genuine(Frozen.objects.get(pk=second.pk), signer()[1])


def test_a_running_round_is_frozen_only_as_interim_and_by_the_instant_asked(small_office: Any, helper: Any) -> None:
    from central_office.publication import freezing
    from central_office.publication.figures import figures

    devices = fill(small_office, {"kn-huyen": 12})
    during = datetime(2023, 9, 20, tzinfo=UTC)
    request = freezing.Request(PLAN, during, during, "cli:thu")
    with pytest.raises(freezing.NotFreezable, match="runs until 15/10/2023"):
        freezing.freeze(request, figures, signer()[0])
    with pytest.raises(freezing.NotFreezable, match="not come yet"):
        freezing.freeze(freezing.Request(PLAN, LATER, during, "cli:thu"), figures, signer()[0])
    early = freezing.freeze(freezing.Request(PLAN, during, during, "cli:thu", True), figures, signer()[0])
    assert (early.interim, early.count) == (True, 0), "these answers were received today"
    assert devices[0].seq == 14


def test_what_is_withdrawn_later_is_told_by_the_rebuild(small_office: Any) -> None:
    from django.db import transaction

    from central_office.intake.erasing import erase
    from central_office.publication import freezing
    from central_office.publication.figures import figures

    device = fill(small_office, {"kn-huyen": 20})[0]
    frozen = freeze()
    with transaction.atomic():
        erase([(device.name, 3)], "2023-11-01T08:00+07:00", signer()[0])
    rebuilt = freezing.rebuild(frozen, figures)
    assert (rebuilt.withdrawn, rebuilt.without_bytes) == (1, 1)
    assert rebuilt.differing == ("analysis.json",), "its digest stays in the list, its answer is gone"


def copied(office: Any, helper: Any, folder: Path) -> Path:
    """The settings of an office in a folder of its own: the same keys, and the database as it is now."""
    from django.db import connection

    from central_office.config import load_config

    config = helper.write_config(folder, "sqlite")
    shutil.copytree(load_config(str(office.config)).centre_key_path.parent, folder / "data")
    connection.close()
    shutil.copy(connection.settings_dict["NAME"], load_config(str(config)).database_path)
    return config  # type: ignore[no-any-return]


def test_the_whole_way_on_the_command_line(
    small_office: Any, helper: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Freeze, rebuild in a fresh process, check as an outsider, site, package, minutes and publications."""
    from central_office.__main__ import main

    fill(small_office)

    def run(*arguments: object) -> str:
        main([str(each) for each in arguments])
        said = capsys.readouterr()
        return said.out + said.err

    assert "82 phiếu/records  đúng chữ ký/signed" in run("freeze", "--plan", PLAN)
    version = f"{PLAN}-1"
    run("frozen", "write", version, "--out", tmp_path / "frozen")
    config = copied(small_office, helper, tmp_path / "copy")
    said = helper.run_office(config, "frozen", "rebuild", version, "--out", str(tmp_path / "again")).stdout
    assert "differing: 0 / " in said
    names = sorted(path.relative_to(tmp_path / "frozen").as_posix() for path in (tmp_path / "frozen").rglob("*.*"))
    for name in [*names, "SHA256SUMS"]:
        assert (tmp_path / "frozen" / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
    assert {"records.txt", "inputs.json", "analysis.json", "manifest.sig"} <= set(names)
    for command in ("site", "package"):
        more = ("--point", "kn-huyen") if command == "package" else ()
        run(command, "--frozen", version, "--out", tmp_path / command, *more)
    for folder in ("frozen", "site", "package"):
        assert "Sai / wrong: 0" in run("frozen", "check", tmp_path / folder), folder
    with (tmp_path / "frozen" / "records.txt").open("ab") as file:
        file.write(b"k-forged 1 00\n")
    said = run("frozen", "check", tmp_path / "frozen", "--key", "00" * 32)
    assert "records.txt đã bị sửa" in said
    assert "khóa trong thư mục không phải" in said
    entered = ("--day", "2023-11-01", "--note", "Đồng ý")
    run("frozen", "accept", version, "--council", "Hội đồng nghiệm thu", *entered)
    publication = ("publish", "add", "--frozen", version, "--where", "press", *entered)
    run(*publication, "--place", "Báo Đắk Nông")
    assert re.search(r"01/11/2023\tBáo chí\tBáo Đắk Nông\tkrong-no-2023-1\tcli:", run("publish", "list"))
    assert "Ghi rõ nơi" in run(*publication, "--place", " ")
    print(f"{len(names) + 1} files of a frozen round made again bit for bit by a fresh process")


def test_the_pages_show_keep_and_refuse(small_office: Any) -> None:
    import io
    import zipfile

    from django.contrib.auth.models import User
    from django.test import Client

    fill(small_office, {"kn-huyen": 31, "kn-nam-da": 12})
    client = Client()
    assert client.get("/cong-bo/")["Location"].startswith("/dang-nhap/")
    User.objects.create_superuser("nhanvien", password=PASSWORD)
    assert client.login(username="nhanvien", password=PASSWORD)
    assert "Chưa có đợt nào" in client.get("/cong-bo/").content.decode()
    frozen = freeze()
    page = f"/cong-bo/{frozen.version}/"
    assert "đúng chữ ký" in client.get("/cong-bo/").content.decode()
    archive = zipfile.ZipFile(io.BytesIO(client.get(f"{page}trang.zip").content))
    assert f"{frozen.version}/index.html" in archive.namelist()
    typed = {"day": "2999-01-01", "what": "Cổng <b>điện tử</b>", "note": "x", "where": "press"}
    refused = client.post(f"{page}cong-bo/", typed)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "Cổng &lt;b&gt;điện tử&lt;/b&gt;" in text
    assert '<option value="press" selected>' in text
    assert "hôm nay hoặc trước" in text
    assert client.post(f"{page}cong-bo/", typed | {"day": ""}).status_code == 422
    assert client.post(f"{page}cong-bo/", typed | {"day": "2023-11-02"}).status_code == 302
    minutes = {"day": "2023-11-01", "what": "Hội đồng nghiệm thu", "note": "Đồng ý\nký tên"}
    assert client.post(f"{page}nghiem-thu/", minutes).status_code == 302
    shown = client.get(page).content.decode()
    assert "Đồng ý<br>ký tên" in shown
    assert "02/11/2023" in shown
    assert client.get("/cong-bo/khong-co/").status_code == 404

"""The public site: same bytes twice, small pages, whole links, nothing hidden to be had, checked by a stranger."""

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

VOID = {"meta", "link", "input", "br", "img", "rect", "path"}
KEY = bytes(range(32))


def sign(message: bytes) -> bytes:
    from nacl.signing import SigningKey

    return SigningKey(KEY).sign(message).signature


def edition_of(editions: Any, points: int = 0, **changes: Any) -> tuple[Any, dict[str, Any]]:
    """An edition as it is made of a frozen round, and what it hides."""
    from nacl.signing import SigningKey

    from central_office.publication.edition import Edition
    from central_office.publication.manifest import public_pem, write_manifest
    from central_office.publication.public import public
    from central_office.results.analysis_file import write_analysis

    analysis, text, truth = editions.analysis(points=points)
    shown = public(analysis)
    parts = {"analysis.json": write_analysis(shown, text), "plan.json": text.encode()}
    key = bytes(SigningKey(KEY).verify_key)
    manifest = write_manifest("kn-1", shown.plan.id, shown.at, False, (393, "ab" * 32), parts)
    proof = {"manifest.json": manifest, "manifest.sig": sign(b"hailong/freeze/1\n" + manifest)}
    files = parts | proof | {"centre-key.pem": public_pem(key)}
    return Edition("kn-1", shown, files, key=key.hex(), **changes), truth


@pytest.fixture(scope="session")
def small(editions: Any, _django: Path) -> tuple[dict[str, bytes], dict[str, Any]]:
    from central_office.publication.site import site

    edition, truth = edition_of(editions)
    return dict(site(edition, sign)), truth


@pytest.fixture
def folder(small: Any, tmp_path: Path) -> Path:
    from central_office.publication.files import write_folder

    write_folder(small[0].items(), tmp_path / "site")
    return tmp_path / "site"


class Page(HTMLParser):
    """Reads as strictly as a page can be read: every element closed in order, ids once, headings without a gap."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.labels: list[str] = []
        self.headings: list[int] = []
        self.tags: list[str] = []
        self.faults: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        if len(found) != len(attrs) or "style" in found or any(name.startswith("on") for name in found):
            self.faults.append(f"{tag}: {attrs}")
        self.links += [value for name in ("href", "src") if (value := found.get(name))]
        self.ids += [value for value in [found.get("id")] if value]
        self.labels += [value for name in ("aria-labelledby", "aria-describedby") if (value := found.get(name))]
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th" and found.get("scope") not in ("row", "col", "colgroup"):
            self.faults.append("a heading cell without scope")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def all_faults(self) -> Iterator[str]:
        yield from self.faults
        if self.open or len(set(self.ids)) != len(self.ids) or not set(self.labels) <= set(self.ids):
            yield f"open {self.open}, ids {self.ids}, labels {self.labels}"
        if self.headings[0] != 1 or any(b - a > 1 for a, b in zip(self.headings, self.headings[1:], strict=False)):
            yield f"headings {self.headings}"
        if self.headings.count(1) != 1 or not {"main", "header", "nav", "footer"} <= set(self.tags):
            yield "landmarks"
        if "script" in self.tags:
            yield "a script"


def test_pages_are_well_made_and_no_link_is_broken(small: Any) -> None:
    files, _ = small
    links = 0
    for name, data in files.items():
        if not name.endswith(".html"):
            continue
        text = data.decode()
        assert text.startswith('<!doctype html>\n<html lang="vi">')
        page = Page(text)
        assert list(page.all_faults()) == [], name
        for link in page.links:
            if link.startswith("#"):
                assert link[1:] in page.ids, (name, link)
                continue
            assert ":" not in link, f"{name}: only what lies beside it: {link}"
            base = Path(name).parent
            target = (Path("/") / base / link).as_posix()
            while "/../" in target:
                target = re.sub(r"/[^/]+/\.\./", "/", target, count=1)
            assert target[1:] in files, (name, link)
            links += 1
    pages = sum(1 for name in files if name.endswith(".html"))
    print(f"{pages} pages, {links} links")


def test_the_same_edition_gives_the_same_bytes_in_any_process(editions: Any, small: Any, tmp_path: Path) -> None:
    code = (
        "import os, sys, hashlib, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'central_office.settings';"
        "django.setup(); sys.path.insert(0, 'tests/central_office'); import editions, test_public_site as t;"
        "from central_office.publication.site import site;"
        "files = site(t.edition_of(editions)[0], t.sign);"
        "print(hashlib.sha256(b''.join(name.encode() + data for name, data in files)).hexdigest())"
    )
    import hashlib

    root = Path(__file__).parents[2]
    env = {"PYTHONHASHSEED": "4242", "LC_ALL": "C", "TZ": "America/Lima", "PYTHONPATH": str(root), "PATH": "/usr/bin"}
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    here = hashlib.sha256(b"".join(name.encode() + data for name, data in small[0].items())).hexdigest()
    assert done.stdout.strip() == here


@pytest.mark.usefixtures("_django")
def test_no_page_is_heavy_even_with_209_points(editions: Any) -> None:
    from central_office.publication.site import MOST_PAGE_BYTES, site

    sizes = {name: len(data) for name, data in site(edition_of(editions, 209)[0], sign) if name.endswith(".html")}
    heaviest = max(sizes, key=sizes.__getitem__)
    assert sizes[heaviest] <= MOST_PAGE_BYTES
    assert len(sizes) == 8 + 209
    print(f"{len(sizes)} pages, the heaviest {heaviest} with {sizes[heaviest]} bytes")


def test_what_is_hidden_stands_in_no_file_and_follows_from_no_sum(small: Any) -> None:
    files, truth = small
    rows = json.loads(files["data/chi-so.json"])["rows"]
    of_points = [row for row in rows if row["group"] == "point"]
    shown = [row for row in of_points if not row["hidden"]]
    whole = next(row for row in rows if row["group"] == "overall")
    assert {row["code"] for row in of_points if row["hidden"]} == set(truth)
    left = whole["n"] - sum(row["n"] for row in shown)
    assert left == sum(measure.share.n for measure in truth.values()), "the attacker's sum"
    assert left >= 10
    assert len(truth) >= 2, "and it is the sum of several"
    tables = list(csv.reader(io.StringIO(files["data/chi-so.csv"].decode("utf-8-sig")), delimiter=";"))
    for code, measure in truth.items():
        for line in (line for line in tables if line[1] == code):
            assert not any(line[5:16]), line
        said = json.loads(files["data/analysis.json"])["analysis"]["breakdowns"]["point"]["rows"]
        row = next(row for row in said if row["code"] == code)
        assert row["received"] == row["overall"]["share"]["n"] == row["overall"]["clean"]["n"] == 0
        page = files[f"don-vi/{code}.html"].decode()
        main = page[page.index("<main") : page.index("</main>")]
        assert f"n = {measure.share.n}" not in main
        assert "không công bố" in main
    every = b"".join(files.values()).decode(errors="replace")
    assert "harassment" not in every
    assert '"days":{}' in files["data/analysis.json"].decode()
    ranked = files["don-vi-theo-chi-so.html"].decode()
    places = re.findall(r'<tr><td class="n">(\S+)</td><th scope="row"><a href="don-vi/([^.]+)', ranked)
    assert [place for place, _ in places][-3:] == ["–"] * 3
    assert {code for place, code in places if place == "–"} == set(truth)


def test_a_hole_in_the_masking_stops_the_publication(editions: Any) -> None:
    from dataclasses import replace

    from central_office.publication.public import NotPublic, public
    from central_office.results.analysis import By, Hidden

    analysis, _, truth = editions.analysis()
    points = analysis.breakdowns[By.POINT]
    one, two, _ = truth
    told = {
        "one hidden": [row if row.code == one else unhidden(editions, row, 40) for row in points.rows],
        "is shown": [unhidden(editions, row, 4) if row.code == two else row for row in points.rows],
    }
    for rows in told.values():
        n = sum(row.overall.share.n for row in rows) + 6
        whole = replace(analysis.overall, share=replace(analysis.overall.share, n=n))
        broken = replace(analysis, overall=whole, breakdowns={By.POINT: replace(points, rows=tuple(rows))})
        with pytest.raises(NotPublic, match=r"by subtraction|is shown"):
            public(broken)
    ranking = analysis.rankings[0]
    single = replace(ranking, several=False)
    assert sum(1 for each in single.choices if each.hidden is not Hidden.NO) == 1
    with pytest.raises(NotPublic, match="hidden choice"):
        public(replace(analysis, rankings=(single,)))


def unhidden(editions: Any, row: Any, n: int) -> Any:
    from dataclasses import replace

    if not row.overall.hidden:
        return row
    return replace(row, overall=editions.measure("RG.HL0", "Chung", (0, 0, 0, n, 0)))


def verified(folder: Path) -> tuple[int, str]:
    """By the program that lies in the folder, without anything of ours."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"PYTHONUTF8": "1"})
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_stranger_checks_the_site_and_finds_every_change(folder: Path) -> None:
    code, said = verified(folder)
    assert (code, "mọi con số khớp" in said) == (0, True), said
    print(said.strip())
    from central_office.publication.checking import check

    assert list(check(folder)) == []
    assert next(check(folder, b"k" * 32)).startswith("khóa")
    forged = (
        ("data/chi-so.json", rb'"hundredths": \d+', b'"hundredths": 9999'),
        ("index.html", rb'value="\d+"', b'value="9999"'),
        ("data/chi-so.csv", rb"\d\d,\d\d", b"99,99"),
        ("data/muc-do.csv", rb";\d+\r\n", b";7777\r\n"),
        ("data/plan.json", rb"2023-10-15", b"2023-10-16"),
    )
    for name, old, new in forged:
        path = folder / name
        kept, sums = path.read_bytes(), (folder / "SHA256SUMS").read_bytes()
        path.write_bytes(re.sub(old, new, kept, count=1))
        assert "đã bị sửa" in verified(folder)[1]
        rehash(folder, name)  # a forger who mends the sums too
        code, said = verified(folder)
        assert code == 1, (name, said)
        assert any("chữ ký trên SHA256SUMS" in fault for fault in check(folder)), name
        path.write_bytes(kept)
        (folder / "SHA256SUMS").write_bytes(sums)
    (folder / "data" / "more.csv").write_text("x")
    (folder / "y-kien.html").unlink()
    said = verified(folder)[1]
    assert "thiếu tệp y-kien.html" in said
    assert "data/more.csv không có trong" in said


def rehash(folder: Path, name: str) -> None:
    import hashlib

    sums = (folder / "SHA256SUMS").read_text("utf-8")
    digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(re.sub(rf"[0-9a-f]{{64}}  {re.escape(name)}\n", f"{digest}  {name}\n", sums))


def test_openssl_verifies_the_signatures_as_the_page_says(folder: Path) -> None:
    import html
    import shutil

    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    page = (folder / "kiem-tra.html").read_text("utf-8")
    commands = [html.unescape(each) for each in re.findall(r"<pre>(.*?)</pre>", page, re.DOTALL) if "openssl" in each]
    assert len(commands) == 2
    for command in commands:
        done = subprocess.run(["sh", "-ec", command], cwd=folder, capture_output=True, text=True, check=False)
        assert "Verified Successfully" in done.stdout, (command, done.stdout, done.stderr)


@pytest.mark.usefixtures("_django")
def test_a_form_that_stood_in_is_told_beside_the_index_and_under_the_limits(editions: Any, small: Any) -> None:
    from dataclasses import replace

    from central_office.publication.site import site
    from survey.plan_parts import Subject, SubjectKind

    edition, _ = edition_of(editions)
    chair = Subject(SubjectKind.POST_HOLDER, "Chủ tịch Ủy ban nhân dân xã")
    plan = replace(edition.analysis.plan, form_said="PKS 02 <1>", subject=chair)
    made = dict(site(replace(edition, analysis=replace(edition.analysis, plan=plan)), sign))
    for page in ("index.html", "phuong-phap.html"):
        text = made[page].decode()
        assert "Kế hoạch nêu phiếu “PKS 02 &lt;1&gt;”" in text
        assert "không phải là đánh giá về chủ tịch Ủy ban nhân dân xã" in text
        assert "mẫu thay thế" not in small[0][page].decode()


@pytest.mark.usefixtures("_django")
def test_a_point_whose_answers_came_from_boxes_alone_is_not_called_empty(editions: Any) -> None:
    from dataclasses import replace

    from central_office.publication.pages import _unit
    from central_office.publication.site import _page
    from central_office.results.analysis import By

    analysis, _, _ = editions.analysis()
    row = analysis.breakdowns[By.POINT].rows[4]
    nobody = editions.measure("RG.HL0", "Mức độ hài lòng chung", (0, 0, 0, 0, 0))
    for received, said in ((100, "Nơi này có 100 phiếu, không phiếu nào trả lời câu hỏi chung"), (0, "chưa có phiếu")):
        shown = _unit(analysis, replace(row, received=received, overall=nobody))
        assert said in _page("don-vi/x.html", "unit.html", shown).decode()


@pytest.mark.usefixtures("_django")
def test_a_package_tells_what_was_published_of_its_points_and_no_more(editions: Any) -> None:
    from dataclasses import replace

    from central_office.publication.packaging import NoSuchPart, part
    from central_office.publication.public import public
    from central_office.publication.site import site

    analysis, _, truth = editions.analysis()
    shown = public(analysis)
    two, names = part(shown, ["kn-huyen", "kn-nam-da"])
    assert two.overall is not None
    assert two.overall.share.n == 118 + 27
    assert sum(two.overall.levels) == 145
    assert "Nam Đà" in names
    mixed, _ = part(shown, ["kn-huyen", *truth])
    assert mixed.overall is None, "a sum with a hidden point in it tells that point"
    assert mixed.factors == ()
    assert (two.rankings, two.criteria, list(two.breakdowns)) == ((), (), ["point"])
    with pytest.raises(NoSuchPart):
        part(shown, ["elsewhere"])
    edition, _ = edition_of(editions)
    made = dict(site(replace(edition, analysis=mixed, part="Trích"), sign))
    page = made["index.html"].decode()
    assert "không công bố, vì trong đó có nơi ít phiếu" in page
    assert "không có câu hỏi chung" not in page
    assert "tại 1 điểm công bố, trên 120 phiếu phân bổ cho các điểm này" in page
    for unknown in ("Ngoài thời gian", "rút lại", "phiếu mời", "trên 600"):
        assert unknown not in page
    assert "data/parquet/tong-hop.parquet" not in made


def test_parquet_tells_nothing_hidden_either(small: Any) -> None:
    import pyarrow.parquet as pq

    files, truth = small
    tables = {name: data for name, data in files.items() if name.endswith(".parquet")}
    rows = pq.read_table(io.BytesIO(tables["data/parquet/phan-to.parquet"])).to_pylist()
    hidden = [row for row in rows if row["code"] in truth]
    assert {row["code"] for row in hidden} == set(truth)
    for name in ("n", "satisfied", "received", "partial", "flagged"):
        assert {row[name] for row in hidden} == {None}, "withheld, not 0"
    print(f"{len(tables)} Parquet tables, {len(rows)} rows of groups, {len(hidden)} of them hidden")

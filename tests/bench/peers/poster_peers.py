"""The poster as WeasyPrint and fpdf2 make it: same texts, fonts, colours, sizes and codes; no faces and no pictograms.

They are spared the drawings, which only favours them; each poster's code comes from the same `qr` module as ours.
"""

import base64
import html
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

from central_office.paper import lettering, qr
from central_office.paper.poster import Campaign, Poster, typed
from central_office.paper.texts import PosterTexts

CSS = """
@page { size: 210mm 297mm; margin: 8mm }
body { font-family: "Liberation Sans"; margin: 0; color: #112434 }
section { break-after: page; position: relative; height: 280mm }
.panel { background: #0b4e54; color: white; border-radius: 5mm; height: 75mm; text-align: center }
.body { font-weight: bold; font-size: 15pt; padding-top: 6mm } h1 { font-size: 57pt; margin: 3mm } h2 { font-size: 28pt;
text-align: center; height: 24mm } .card { border: 2mm solid #0b4e54; border-radius: 4mm; width: 88mm; float: left }
.card img { width: 87mm; image-rendering: pixelated }
li { font-weight: bold; font-size: 17pt; margin: 12mm 0 12mm 105mm }
.url { clear: both; font-weight: bold; font-size: 26pt; color: #0b4e54 }
.said { background: #deecea; border-radius: 4mm; font-weight: bold; font-size: 14pt; padding: 3mm }
"""


def weasyprint(path: Path, campaign: Campaign, posters: Sequence[Poster], texts: PosterTexts) -> None:
    from weasyprint import HTML

    pages = "".join(_section(campaign, poster, texts) for poster in posters)
    HTML(string=f"<html lang=vi><style>{CSS}</style><body>{pages}").write_pdf(path)


def _section(campaign: Campaign, poster: Poster, texts: PosterTexts) -> str:
    code = base64.b64encode(_small(poster.url)).decode("ascii")
    say = {
        name: html.escape(getattr(texts, name)["vi"]) for name in ("headline", "scan", "address", "promise", "helpers")
    }
    steps = "".join(f"<li>{html.escape(text['vi'])}" for text in (texts.step1, texts.step2, texts.step3))
    return (
        f"<section><div class=panel><div class=body>{html.escape(campaign.issuer.upper())}</div>"
        f"<h1>{say['headline']}</h1>{html.escape(campaign.title['vi'])}</div><h2>{html.escape(poster.name)}</h2>"
        f"<div class=card>{say['scan']}<img src='data:image/png;base64,{code}'></div><ol>{steps}</ol>"
        f"<div>{say['address']}</div><div class=url>{typed(poster.url)}</div>"
        f"<div class=said>{say['promise']} {say['helpers']}</div>{_window(campaign)} {poster.code}</section>"
    )


def _small(text: str) -> bytes:
    picture = qr.picture(text)
    file = BytesIO()
    Image.frombytes("1", (picture.side, picture.side), picture.bits).save(file, "PNG")
    return file.getvalue()


def _window(campaign: Campaign) -> str:
    return f"{campaign.first_day:%d/%m/%Y} – {campaign.last_day:%d/%m/%Y}"


def fpdf2(path: Path, campaign: Campaign, posters: Sequence[Poster], texts: PosterTexts) -> None:
    from fpdf import FPDF

    pdf = FPDF(format=(210, 297))
    pdf.set_auto_page_break(False)
    folder = next(folder for folder in lettering.FOLDERS if (folder / f"{lettering.BOLD}.ttf").exists())
    pdf.add_font("sans", "", folder / f"{lettering.REGULAR}.ttf")
    pdf.add_font("sans", "B", folder / f"{lettering.BOLD}.ttf")
    for poster in posters:
        _page(pdf, campaign, poster, texts)
    pdf.output(str(path))


def _page(pdf: "object", campaign: Campaign, poster: Poster, texts: PosterTexts) -> None:
    from fpdf import FPDF

    assert isinstance(pdf, FPDF)
    pdf.add_page()
    pdf.set_fill_color(11, 78, 84)
    pdf.rect(8, 8, 194, 75, style="F", round_corners=True, corner_radius=5)
    pdf.rect(13, 124, 92, 104, style="F", round_corners=True, corner_radius=4)
    pdf.set_text_color(255, 255, 255)
    said: list[tuple[str, str, float, float, float, float, str]] = [
        (campaign.issuer.upper(), "B", 15, 18, 16, 174, "C"),
        (texts.headline["vi"], "B", 54, 18, 30, 174, "C"),
        (campaign.title["vi"], "", 16, 38, 52, 134, "C"),
        (texts.scan["vi"], "B", 17, 13, 126, 92, "C"),
    ]
    _write(pdf, said)
    pdf.set_fill_color(222, 236, 234)
    pdf.rect(8, 251, 194, 28, style="F", round_corners=True, corner_radius=4)
    picture = qr.picture(poster.url)
    pdf.image(Image.frombytes("1", (picture.side, picture.side), picture.bits), 15.5, 138.5, 87, 87)
    pdf.set_text_color(17, 36, 52)
    steps = [
        (text["vi"], "B", 17, 138, 130 + 33 * n, 60, "L")
        for n, text in enumerate((texts.step1, texts.step2, texts.step3))
    ]
    _write(
        pdf,
        [
            (poster.name, "B", 28, 20, 96, 170, "C"),
            *steps,
            (texts.address["vi"], "", 13, 13, 230, 90, "L"),
            (typed(poster.url), "B", 26, 13, 237, 184, "L"),
            (texts.promise["vi"], "B", 14, 35, 255, 65, "L"),
            (texts.helpers["vi"], "B", 14, 130, 255, 70, "L"),
            (_window(campaign), "", 12, 13, 283, 90, "L"),
            (poster.code, "", 12, 107, 283, 90, "R"),
        ],
    )


def _write(pdf: "object", said: Sequence[tuple[str, str, float, float, float, float, str]]) -> None:
    from fpdf import FPDF

    assert isinstance(pdf, FPDF)
    for text, style, size, x, y, wide, align in said:
        pdf.set_font("sans", style, size)
        pdf.set_xy(x, y)
        pdf.multi_cell(wide, size * 0.42, text, align=align)

"""A unit's sheet as fpdf2 and WeasyPrint make it: same texts, tables and font; no chart, which only favours them."""

import html
from io import BytesIO

from central_office.paper import lettering
from central_office.reports.blocks import Table
from central_office.reports.drawing import BOLD, ITALIC, REGULAR

CSS = """
@page { size: 210mm 297mm; margin: 20mm 15mm 20mm 30mm }
body { font-family: "Liberation Serif"; font-size: 13pt } h1, h2, .head { text-align: center; margin: 2mm }
table { border-collapse: collapse; width: 100%; font-size: 11pt } td, th { border: .5pt solid; padding: 1mm }
td + td { text-align: right } .note { font-style: italic; font-size: 10.5pt }
"""


def weasyprint(head: list[str], tables: list[Table], notes: list[str]) -> bytes:
    from weasyprint import HTML

    body = "".join(f"<p class=head>{html.escape(text)}" for text in head) + "".join(map(_html, tables))
    body += "".join(f"<p class=note>{html.escape(text)}" for text in notes)
    file = BytesIO()
    HTML(string=f"<html lang=vi><style>{CSS}</style><body>{body}").write_pdf(file)
    return file.getvalue()


def _html(table: Table) -> str:
    head = "".join(f"<th>{html.escape(column.title)}" for column in table.columns)
    rows = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}" for cell in row) for row in table.rows)
    return f"<p><b>{html.escape(table.title)}</b><table><tr>{head}{rows}</table><p class=note>{html.escape(table.note)}"


def fpdf2(head: list[str], tables: list[Table], notes: list[str]) -> bytes:
    from fpdf import FPDF
    from fpdf.fonts import FontFace

    pdf = FPDF(format=(210, 297))
    pdf.set_margins(30, 20, 15)
    folder = next(folder for folder in lettering.FOLDERS if (folder / f"{BOLD}.ttf").exists())
    for style, name in (("", REGULAR), ("B", BOLD), ("I", ITALIC)):
        pdf.add_font("serif", style, folder / f"{name}.ttf")
    pdf.add_page()
    for text in head:
        _paragraph(pdf, text, "B", 13, "C")
    for each in tables:
        _paragraph(pdf, each.title, "B", 12, "L")
        pdf.set_font("serif", "", 11)
        parts = tuple(column.parts for column in each.columns)
        style = FontFace(emphasis="BOLD")
        with pdf.table(col_widths=parts, headings_style=style, line_height=5, width=165) as drawn:
            for row in ([column.title for column in each.columns], *each.rows):
                drawn.row(row)
        _paragraph(pdf, each.note, "I", 10.5, "L")
    for text in notes:
        _paragraph(pdf, text, "I", 10.5, "L")
    return bytes(pdf.output())


def _paragraph(pdf: "object", text: str, style: str, size: float, align: str) -> None:
    from fpdf import FPDF

    assert isinstance(pdf, FPDF)
    pdf.set_font("serif", style, size)
    pdf.multi_cell(0, size * 0.45, text, align=align, new_x="LMARGIN", new_y="NEXT")

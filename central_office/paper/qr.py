"""QR codes as small black-and-white pictures: in a PDF and as PNG. Knows nothing of what they say."""

import hashlib
import struct
import zlib
from dataclasses import dataclass

from qrcode.constants import ERROR_CORRECT_Q
from qrcode.main import QRCode
from reportlab.pdfbase.pdfdoc import PDFImageXObject
from reportlab.pdfgen.canvas import Canvas

QUIET = 4  # light modules around the code that its standard asks for (ISO/IEC 18004)
PIXELS = 4  # a side of a module in a PDF: a viewer that smooths pictures blurs no more than an edge
PNG_PIXELS = 16


@dataclass(frozen=True, slots=True)
class Picture:
    """One bit a pixel, light is 1, rows filled up to whole bytes; `side` in pixels."""

    side: int
    bits: bytes


def picture(text: str, pixels: int = PIXELS) -> Picture:
    """The code of `text` with its quiet zone, at level Q: a quarter of it may be torn off or hidden by a sticker."""
    code = QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET)
    code.add_data(text)
    code.make(fit=True)
    modules = code.get_matrix()
    side = len(modules) * pixels
    spare = -side % 8
    rows = []
    for modules_row in modules:
        row = "".join(("0" if dark else "1") * pixels for dark in modules_row) + "1" * spare
        rows.append(int(row, 2).to_bytes((side + spare) // 8, "big") * pixels)
    return Picture(side, b"".join(rows))


def draw(canvas: Canvas, code: Picture, x: float, y: float, size: float) -> None:
    """Put the picture, quiet zone included, into the square at its lower left corner `x`, `y` (points)."""
    packed = zlib.compress(code.bits, 9)
    document = canvas._doc  # reportlab itself embeds every picture at eight bits a pixel, eight times the size
    name = f"qr{hashlib.sha256(packed).hexdigest()[:32]}"  # two codes that shared a name would be one picture
    inside = document.getXObjectName(name)
    if inside not in document.idToObject:
        image = PDFImageXObject(name)
        image.width = image.height = code.side
        image.bitsPerComponent, image.colorSpace = 1, "DeviceGray"
        image._filters, image.streamContent = ("FlateDecode",), packed
        canvas._setXObjects(image)
        document.Reference(image, inside)
        document.addForm(name, image)
    canvas.saveState()
    canvas.translate(x, y)
    canvas.scale(size, size)
    canvas._code.append(f"/{inside} Do")
    canvas.restoreState()
    canvas._currentPageHasImages = 1
    canvas._formsinuse.append(name)


def png(text: str) -> bytes:
    """The code of `text` as a PNG file for a website or a designer."""
    code = picture(text, PNG_PIXELS)
    wide = (code.side + 7) // 8
    rows = b"".join(b"\0" + code.bits[i : i + wide] for i in range(0, len(code.bits), wide))
    head = struct.pack(">IIBBBBB", code.side, code.side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

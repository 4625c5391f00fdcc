"""Office files (ZIP archives) whose bytes depend on their content alone: no instant of making, no order of chance."""

import io
import re
import zipfile
from datetime import datetime

FIRST = (1980, 1, 1, 0, 0, 0)  # the least that a ZIP archive can say
CORE = "docProps/core.xml"
STAMPS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def still(data: bytes, at: datetime) -> bytes:
    """The archive with every member dated alike, and the document's own dates set to `at` (UTC, whole seconds)."""
    stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            if member.filename == CORE:
                content = STAMPS.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            plain = zipfile.ZipInfo(member.filename, FIRST)
            plain.compress_type, plain.external_attr, plain.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            new.writestr(plain, content)
    return file.getvalue()

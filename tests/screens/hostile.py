"""5,000 strings that somebody might put into a form or a comment to make the kiosk do something; one seed, one list."""

import random

SEED = 14
PIECES = [
    "[b]đậm[/b]", "[ref=x]chạm[/ref]", "[color=ff0000]", "[size=900]", "[font=/etc/passwd]", "[", "]", "&bl;", "&amp;",
    "{count}", "{0.__class__.__mro__}", "%s%s%n", "${HOME}", "$(reboot)", "`reboot`", "'; DROP TABLE drafts; --",
    "#:import os os", "<Widget>:\n  on_touch_down: exit()", "on_press: __import__('os').system('x')", "{{7*7}}",
    "<script>alert(1)</script>", "\x00", "\x07", "\x1b[2J", "\r\n", "\t", "\u202e", "\u2066", "\u200b", "\u200d",
    "\ufeff", "\u0301" * 40, "a" * 300, "ạ" * 300, "W" * 60, "Ẫ", "ỡ" * 20, "漢字", "العربية", "🙂", "𝕏",
    "\uffff", "\u2028",
    " ", "  ", "-" * 80, "../../../etc/shadow", "http://vidu.vn/?q=1", "NULL", "nan", "1e309", "\ud7ff", "\ue000",
]  # fmt: skip


def strings(count: int = 5000) -> list[str]:
    """The same list every time."""
    rng = random.Random(SEED)
    made = list(PIECES)
    while len(made) < count:
        pieces = [rng.choice(PIECES) for _ in range(rng.randint(1, 6))]
        letters = [rng.choice((rng.randint(0, 255), rng.randint(0x300, 0x2FFF))) for _ in range(rng.randint(0, 12))]
        noise = "".join(map(chr, letters))
        made.append("".join(pieces)[:1900] + noise)
    return made[:count]

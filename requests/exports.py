"""Rows as a file for a spreadsheet program, of which none is taken for a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

# Also as wide characters, which some programs read like the plain ones.
STARTS_A_FORMULA = set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
BYTE_ORDER_MARK = "\ufeff"


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with the mark by which spreadsheet programs know it; every cell in quotes."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([cell if isinstance(cell, int) else harmless(str(cell)) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def harmless(cell: str) -> str:
    """Words on one line; with an apostrophe in front when a program would calculate them."""
    seen = " ".join(cell.replace("\0", "").split())
    first = next((c for c in seen if unicodedata.category(c) not in ("Cf", "Cc", "Zs")), " ")
    return f"'{seen}" if {cell[:1], first} & STARTS_A_FORMULA else seen

"""Rows as a file for a spreadsheet program, of which none is taken for a formula."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

SIGNS = set("=+-@\u2212")
# What a program passes over before a sign: marks that do not show, spaces, quotes.
PASSED_OVER = {"Cf", "Zs", "Zl", "Zp", "Pi", "Pf"}
BYTE_ORDER_MARK = "\ufeff"


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 with the mark by which spreadsheet programs know it; every cell in quotes."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([harmless(head) for head in heads])
    writer.writerows([cell if isinstance(cell, int) else harmless(str(cell)) for cell in row] for row in rows)
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def harmless(cell: str) -> str:
    """Words on one line; with an apostrophe in front when a program would calculate them."""
    seen = " ".join(cell.replace("\0", "").split())
    return f"'{seen}" if is_calculated(cell) else seen


def is_calculated(cell: str) -> bool:
    """Signs also count when they are wide, small or raised, and controls such as a tab at the beginning."""
    for letter in cell:
        category = unicodedata.category(letter)
        if category == "Cc":
            return True
        if category not in PASSED_OVER and letter not in "\"'":
            return unicodedata.normalize("NFKC", letter)[0] in SIGNS
    return False

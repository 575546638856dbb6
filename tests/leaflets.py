"""Reads a PDF back: what it says about itself, its tags, its words.

What is checked with it is what pypdf can see: that the file claims PDF/UA-1 and is
tagged, its language, title, headings in order, lists, tables with heading cells,
drawings with a text, embedded letters, and all words. typst itself refuses to write
what it knows to break PDF/UA-1. veraPDF, the validator of the standard, was not run.
"""

import io
import re
from collections import Counter
from functools import cached_property
from typing import Any

import pypdf

HEADINGS = ("/H1", "/H2", "/H3", "/H4")


class Leaflet:
    def __init__(self, body: bytes) -> None:
        self.body = body
        self.reader = pypdf.PdfReader(io.BytesIO(body))
        self.root: Any = self.reader.trailer["/Root"]

    @cached_property
    def sheets(self) -> list[str]:
        """The words of each sheet, one space between them."""
        return [" ".join(page.extract_text().split()) for page in self.reader.pages]

    @cached_property
    def letters(self) -> str:
        """All words without any space: a line may end inside an address."""
        return "".join("".join(self.sheets).split())

    def says(self, words: str) -> bool:
        return "".join(words.split()) in self.letters

    @cached_property
    def tags(self) -> list[Any]:
        """The elements of the structure in reading order."""
        return list(elements(self.root["/StructTreeRoot"]))

    @property
    def roles(self) -> Counter[str]:
        return Counter(tag["/S"] for tag in self.tags)

    @property
    def levels(self) -> list[int]:
        return [HEADINGS.index(tag["/S"]) + 1 for tag in self.tags if tag["/S"] in HEADINGS]

    @property
    def alternatives(self) -> list[str]:
        return [tag.get("/Alt", "") for tag in self.tags if tag["/S"] == "/Figure"]

    @property
    def metadata(self) -> str:
        return self.root["/Metadata"].get_data().decode()

    @property
    def fonts(self) -> dict[str, bool]:
        """Each font's name and whether its letters are in the file."""
        found = {}
        for page in self.reader.pages:
            for font in page["/Resources"]["/Font"].values():
                inner = font.get_object().get("/DescendantFonts", [font])[0].get_object()
                embedded = any(name in inner["/FontDescriptor"] for name in ("/FontFile2", "/FontFile3"))
                found[str(font["/BaseFont"]).rpartition("+")[2]] = embedded
        return found

    @property
    def usual_size(self) -> float:
        """The size in points in which most characters are set."""
        sizes: Counter[float] = Counter()

        def count(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
            sizes[round(abs(size * tm[0] * cm[0]), 1)] += len(text)

        for page in self.reader.pages:
            page.extract_text(visitor_text=count)
        return sizes.most_common(1)[0][0]


def elements(node: Any) -> Any:
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif hasattr(node, "get"):
        if "/S" in node:
            yield node
        if not isinstance(node.get("/K", 0), int):
            yield from elements(node["/K"])


def dark_squares(svg: str, side: int, border: int) -> list[list[int]]:
    """Which squares of a code the path of its drawing fills, row by row."""
    squares = [[0] * side for _ in range(side)]
    (path,) = re.findall(r'stroke="#000"[^>]*d="([^"]+)"|d="([^"]+)"[^>]*stroke="#000"', svg)
    column, row = 0.0, 0.0
    for letter, numbers in re.findall(r"([Mmh])([^Mmh]*)", path[0] or path[1]):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if letter == "M":
            column, row = values
        elif letter == "m":
            column, row = column + values[0], row + values[1]
        else:
            for step in range(int(values[0])):
                squares[int(row - 0.5) - border][int(column) + step - border] = 1
            column += values[0]
    return squares

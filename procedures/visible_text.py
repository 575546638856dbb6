"""The words of a rendered edition, cut where its headings have an address.

Read from the HTML and not from what it was made of: so search and structured data
never say what a reader does not see.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

# Drawings, marks of sources, and what only steers through the page or names columns.
LEFT_OUT = {"svg", "nav", "thead", "summary"}
LEFT_OUT_CLASSES = {"cite", "visually-hidden"}
# The same cards stand on every page.
LEFT_OUT_IDS = {"emergency", "urgent"}
VOID = {"br", "hr", "img", "input", "wbr"}
HEADINGS = {"h2", "h3"}
ENDS_OF_BLOCKS = {"p", "figcaption", "caption", "div", "h2", "h3", "h4", "li", "td", "th", "dd"}
LISTS = {"ul", "ol"}
LEAD = "lead"
FACT = "fact"
SECTION = "section"


@dataclass
class Piece:
    """What stands under one address; `slot` is empty for the top of the page."""

    kind: str
    slot: str
    section: str = ""
    heading: str = ""
    text: str = ""
    # Each list with the words before it.
    lists: list[tuple[str, list[str]]] = field(default_factory=list)

    @property
    def items(self) -> list[str]:
        return [item for _, items in self.lists for item in items]


def pieces(html: str) -> list[Piece]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    found = [reader.lead, *reader.facts, *reader.sections]
    return [piece for piece in found if piece.heading or piece.text]


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lead = Piece(LEAD, "")
        self.facts: list[Piece] = []
        self.sections: list[Piece] = []
        self.skipping = 0
        self.words: list[str] = []
        self.said = ""
        self.in_heading = False

    @property
    def piece(self) -> Piece:
        return self.sections[-1] if self.sections else self.facts[-1] if self.facts else self.lead

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in VOID:
            self.words.append(" ")
        elif self.skipping or is_left_out(tag, given):
            self.skipping += 1
        elif tag in HEADINGS and given.get("id"):
            self.say("p")
            self.open(tag, given["id"] or "")
        elif tag == "dt" and not self.sections:
            self.facts.append(Piece(FACT, ""))
            self.in_heading = True
        elif tag in LISTS:
            self.say("p")
            self.piece.lists.append((self.said, []))
        elif tag in ("table", "p"):
            self.say("p")

    def open(self, tag: str, address: str) -> None:
        section = address if tag == "h2" or not self.sections else self.sections[-1].section
        self.sections.append(Piece(SECTION, address, section))
        self.in_heading = True

    def handle_endtag(self, tag: str) -> None:
        if self.skipping:
            self.skipping -= tag not in VOID
        elif self.in_heading and tag in HEADINGS | {"dt"}:
            self.piece.heading, self.in_heading = self.taken(), False
        elif tag in ENDS_OF_BLOCKS:
            self.say(tag)

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.words.append(data)

    def close(self) -> None:
        super().close()
        self.say("p")

    def say(self, tag: str) -> None:
        """What was read so far ends here, with a full stop or, in a list, a semicolon."""
        if not (words := self.taken()):
            return
        if tag == "li" and self.piece.lists:
            self.piece.lists[-1][1].append(words)
        goes_on = words[-1] in ".!?:;" or words.endswith(" if")
        ending = "" if goes_on else ";" if tag == "li" else "."
        self.piece.text = f"{self.piece.text} {words}{ending}".strip()
        self.said = words

    def taken(self) -> str:
        words = " ".join("".join(self.words).split())
        self.words.clear()
        return words


def is_left_out(tag: str, attrs: dict[str, str | None]) -> bool:
    classes = set((attrs.get("class") or "").split())
    return (
        tag in LEFT_OUT
        or bool(classes & LEFT_OUT_CLASSES)
        # A way to another page.
        or (tag == "p" and "no-print" in classes)
        or (tag == "section" and attrs.get("id") in LEFT_OUT_IDS)
    )

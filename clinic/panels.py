"""What features put on the staff home page: each gives a Panel for somebody whose work it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Tag(NamedTuple):
    """`tone`: u urgent, w soon, o good, a ours, empty neutral. The words say it all, colour repeats it."""

    words: str
    tone: str = ""


@dataclass(frozen=True)
class Figure:
    """A count, maybe in words like 99+, that leads to its rows; `tone` is u (urgent), w (soon) or empty."""

    label: str
    count: int | str
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Item:
    """One thing to open, with what is to know before."""

    label: str
    url: str
    about: Sequence[str] = ()
    due: Tag | None = None
    tags: Sequence[Tag] = ()
    tone: str = ""


@dataclass(frozen=True)
class Panel:
    """`covers`: apps whose own list of tables is not needed beside it; `tables`: the app whose is."""

    title: str
    figures: Sequence[Figure] = ()
    list_title: str = ""
    items: Sequence[Item] = ()
    nothing: str = ""
    more: Item | None = None
    covers: Sequence[str] = ()
    tables: str = ""

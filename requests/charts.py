"""Charts as SVG that the server draws: no script, and a table with the same numbers beside each."""

from collections.abc import Sequence
from dataclasses import dataclass

LEFT, BOTTOM, TOP, HEIGHT = 44, 26, 10, 180
# Wide enough to tell the bars apart, and at most so many labels that they do not touch.
WIDEST, NARROWEST, ROOM = 60, 6, 960
LABEL_ROOM = 76


@dataclass(frozen=True)
class Part:
    """One piece of a bar, from the bottom up; `tone` names its look."""

    tone: str
    count: int


@dataclass(frozen=True)
class Rect:
    tone: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Label:
    x: int
    y: int
    words: str


@dataclass(frozen=True)
class Chart:
    """`grid`: the lines of the scale with their numbers."""

    width: int
    height: int
    bars: list[Rect]
    labels: list[Label]
    grid: list[Label]


def columns(bars: Sequence[tuple[str, Sequence[Part]]]) -> Chart:
    """A bar for each label, its parts stacked."""
    step = max(NARROWEST, min(WIDEST, ROOM // max(1, len(bars))))
    highest = top_of(max((sum(part.count for part in parts) for _, parts in bars), default=0))
    rects: list[Rect] = []
    for number, (_, parts) in enumerate(bars):
        rects += stacked(parts, LEFT + number * step, step, highest)
    every = -(-LABEL_ROOM // step)
    labels = [
        Label(LEFT + number * step + step // 2, TOP + HEIGHT + 18, words)
        for number, (words, _) in enumerate(bars)
        if number % every == 0
    ]
    grid = [Label(LEFT, y_of(value, highest), f"{value:,}") for value in (0, highest // 2, highest)]
    width = LEFT + len(bars) * step + LABEL_ROOM // 2
    return Chart(width, TOP + HEIGHT + BOTTOM, rects, labels, grid)


def stacked(parts: Sequence[Part], x: int, step: int, highest: int) -> list[Rect]:
    """What is not nothing can be seen, though the bar gets a little too high for it."""
    rects, below, bottom = [], 0, y_of(0, highest)
    gap = 1 if step < 12 else 3
    for part in parts:
        if part.count:
            height = max(1, y_of(below, highest) - y_of(below + part.count, highest))
            bottom -= height
            below += part.count
            rects.append(Rect(part.tone, x + gap, bottom, step - 2 * gap, height))
    return rects


def y_of(value: int, highest: int) -> int:
    return TOP + HEIGHT - round(HEIGHT * value / highest)


def top_of(most: int) -> int:
    """An even number that reads well on a scale, and holds the most."""
    size = 1
    while True:
        for step in (2, 4, 10):
            if step * size >= most:
                return step * size
        size *= 10


def shares(counts: Sequence[int]) -> list[int]:
    """Lengths of lying bars in hundredths of the longest; what is not nothing can be seen."""
    most = max(counts, default=0)
    return [max(1, round(100 * count / most)) if count else 0 for count in counts]

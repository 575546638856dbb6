"""V6 and V7: the triage queue and its search at a million requests, beside those at a thousand.

    .venv/bin/python bench/queue.py            LARGE=100000 for a shorter fill

Both databases are filled once and kept (bench/data.py). Each page is asked for in turns,
with as many rows on both sides. V6 is the worst ratio of any view, filter and place; V7 the
slowest search at the large size beside the queue's first page at the small one.
"""

import os
import statistics
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

sys.path[0] = str(Path(__file__).resolve().parent.parent)
from bench import data
from bench.desk import Ask, Params, desk
from bench.measuring import ROUNDS, keep, say, tell_load

SMALL, LARGE = 1000, int(os.environ.get("LARGE", "1000000"))
VIEWS = (
    "todo", "mine", "role", "unassigned", "urgent", "late", "step", "waiting", "replied", "offered",
    "phone", "snoozed", "open", "ended", "all",
)  # fmt: skip
STATUSES = ("new", "in_triage", "awaiting_patient", "offered", "booked", "declined", "withdrawn", "closed")
TOPICS = ("First visit", "Cluneal nerve block", "Not sure")
LISTS: tuple[Params, ...] = (
    *({"view": view} for view in VIEWS),
    *({"view": "all", "status": status} for status in STATUSES),
    *({"view": view, "wants": topic} for view in ("todo", "open", "ended") for topic in TOPICS),
    *({"view": view, "assignee": "me"} for view in ("open", "ended", "all")),
    {"view": "open", "assignee": "nobody"},
    {"view": "open", "assignee": "me", "wants": "Follow-up", "status": "booked"},
    {"view": "all", "assignee": "me", "wants": "Follow-up", "status": "closed"},
)
GOAL_V6, GOAL_V7, MOST_MS = 1.10, 1.5, 15.0
# What Django's own list of a hundred took on the machine of that goal, at 1,000 requests.
STOCK_MS = 40.0
# Requests a turn. What looks worst is measured again, in so many times the turns of so many times the requests,
# until what was is the worst: of many pages chance makes some look so.
TIMES, AGAIN, MOST_AGAIN = 3, 5, 15


class Case(NamedTuple):
    name: str
    small: Params
    large: Params
    rows: int


class Figure(NamedTuple):
    name: str
    small: float
    large: float
    spread: list[float]

    @property
    def ratio(self) -> float:
        return self.large / self.small


def main() -> None:
    tell_load()
    with (
        data.filled(SMALL) as small,
        data.filled(LARGE) as large,
        desk(small) as at_small,
        desk(large) as at_large,
    ):
        queue(at_small, at_large)
        search(at_small, at_large)


def queue(at_small: Ask, at_large: Ask) -> None:
    cases = [case for params in LISTS for case in comparable(params, at_small, at_large)]
    figures = [tell(measured(case, at_small, at_large)) for case in cases]
    tell(one_request(at_small, at_large))
    worst = settled(figures, lambda place: measured(cases[place], at_small, at_large, AGAIN))
    result("V6", worst, GOAL_V6)
    hundred_rows(at_small, at_large)


def comparable(params: Params, at_small: Ask, at_large: Ask) -> Iterator[Case]:
    """The first page and one from the middle, each with as many rows as both sides have.

    A page that the small side does not have, or only without rows, is told with its time alone.
    """
    small_middle, large_middle = at_small("middle", params), at_large("middle", params)
    for place, small, large in (("first", params, params), ("middle", small_middle, large_middle)):
        at_small("page_of", 100), at_large("page_of", 100)
        rows = min(at_small("rows", small), at_large("rows", large))
        name = f"{' '.join(params.values())}, {place} page"
        if rows and (place == "first" or small != params):
            yield Case(f"{name}, {rows} rows", small, large, rows)
        elif place == "first" or large != params:
            spent, shown = at_large("milliseconds", large, 15), at_large("rows", large)
            say(f"{name}: {shown} rows in {spent:.1f} ms; there is no such page at {SMALL:,}.")


def settled(figures: list[Figure], again: Callable[[int], Figure]) -> Figure:
    """The worst, once the worst has been measured long enough."""
    say(f"Once more, longer, what looked worst of {len(figures)}:")
    sure: set[int] = set()
    while len(sure) < MOST_AGAIN:
        place = max(range(len(figures)), key=lambda place: figures[place].ratio)
        if place in sure:
            break
        figures[place] = tell(again(place))
        sure.add(place)
    return max(figures, key=lambda figure: figure.ratio)


def measured(case: Case, at_small: Ask, at_large: Ask, longer: int = 1) -> Figure:
    at_small("page_of", case.rows), at_large("page_of", case.rows)
    pairs = in_turns(at_small, at_large, case.small, case.large, longer)
    return figure(case.name, pairs)


def one_request(at_small: Ask, at_large: Ask) -> Figure:
    paths = at_small("newest_page"), at_large("newest_page")
    pairs = [
        (at_small("milliseconds", {}, 5, paths[0]), at_large("milliseconds", {}, 5, paths[1]))
        for _ in range(ROUNDS)
    ]
    return figure("the page of one request, with the list beside it", pairs)


def hundred_rows(at_small: Ask, at_large: Ask) -> None:
    """In milliseconds of the machine that the goal was written on, which Django's own list tells."""
    at_large("page_of", 100)
    stock = at_small("stock_milliseconds", 15)
    most = MOST_MS * stock / STOCK_MS
    times = {view: at_large("milliseconds", {"view": view}, 15) for view in VIEWS}
    slowest = max(times, key=lambda view: times[view])
    met = "met" if times[slowest] <= most else "missed"
    say(f"V6: 100 rows of {LARGE:,} in {statistics.median(times.values()):.1f} ms, "
        f"the slowest view ({slowest}) in {times[slowest]:.1f} ms.")  # fmt: skip
    say(f"V6: goal {MOST_MS:.0f} ms where Django's own list of 100 takes {STOCK_MS:.0f} ms; here it takes "
        f"{stock:.1f} ms, so {most:.1f} ms: {met}")  # fmt: skip


def search(at_small: Ask, at_large: Ask) -> None:
    """Each search at the large size, beside the first page of the queue at the small one."""
    at_small("page_of", 50), at_large("page_of", 50)
    asked = list(searches(at_large("oldest")).items())

    def found(place: int, longer: int = AGAIN) -> Figure:
        name, words = asked[place]
        searched = at_large("search", words)
        pairs = in_turns(at_small, at_large, {"view": "todo"}, searched, longer)
        return figure(f"search: {name}, {at_large('rows', searched)} rows", pairs)

    figures = [tell(found(place, 1)) for place in range(len(asked))]
    result("V7", settled(figures, found), GOAL_V7)


def searches(oldest: dict[str, str]) -> dict[str, str]:
    """Common and rare, short and long, and some whose only matches are years old."""
    return {
        "a common first name": "Bradan",
        "a rare last name": "Zimvowitz-Sample",
        "an accent left out": "nubaneck",
        "first and last name": "Bradan Alback",
        "first and last name, begun": "lud fald",
        "two letters of each name": "lu fa",
        "the first name of a double name": "sample",
        "two letters, many matches": "ma",
        "two letters, few matches": "qu",
        "two letters, no match": "xx",
        "one letter": "z",
        "three letters": "zim",
        "no match": "nobodyhere",
        "a phone number": "202-555-0147",
        "the end of a phone number": "0147",
        "an area code": "989",
        "the phone of the oldest": oldest["phone_as_typed"],
        "the e-mail of the oldest": oldest["email"],
        "the reference of the oldest": oldest["reference"],
        "half a reference": oldest["reference"][:3],
        "the name of the oldest": f"{oldest['first_name']} {oldest['last_name']}",
    }


def in_turns(
    at_small: Ask, at_large: Ask, small: Params, large: Params, longer: int
) -> list[tuple[float, float]]:
    at_small("milliseconds", small, 2), at_large("milliseconds", large, 2)
    times, turns = TIMES * longer, ROUNDS * longer
    return [
        (at_small("milliseconds", small, times), at_large("milliseconds", large, times)) for _ in range(turns)
    ]


def figure(name: str, pairs: list[tuple[float, float]]) -> Figure:
    sides = list(zip(*pairs, strict=True))
    small, large = (statistics.median(side) for side in sides)
    return Figure(name, small, large, [(max(side) - min(side)) / statistics.median(side) for side in sides])


def tell(figure: Figure) -> Figure:
    say(f"{figure.name:<66} {figure.small:6.1f} ms  {figure.large:6.1f} ms  ratio {figure.ratio:.2f}")
    return figure


def result(name: str, worst: Figure, goal: float) -> None:
    keep(name, worst.ratio, worst.large, worst.small, unit="ms", spread=worst.spread[::-1])
    met = "met" if worst.ratio <= goal else "missed"
    say(f"{name}: {worst.name}: {worst.large:.1f} ms at {LARGE:,}, limit {worst.small:.1f} ms at {SMALL:,}, "
        f"ratio {worst.ratio:.2f}, goal {goal:.2f} at most: {met}")  # fmt: skip


if __name__ == "__main__":
    main()

"""The rules of a style sheet that one page can use; the page looks the same without the others.

A rule is left out only when no element of the page could ever match it: a class, an id
or an element of its selector stands nowhere in the page. Public pages have no scripts,
so nothing is added to them later. What is not understood here is kept.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

MARK = re.compile(r"""[{};]|"[^"]*"|'[^']*'""")
COMMA_OUTSIDE = re.compile(r",(?![^()\[\]]*[)\]])")
IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
PSEUDO = re.compile(r"::?[\w-]+")
NAME = re.compile(r"[.#]?[a-zA-Z][\w-]*|[.#][\w-]+")
TAG = re.compile(r"<([a-zA-Z][\w-]*)")
ATTRIBUTE = re.compile(r"""\b(class|id)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
VARIABLE = re.compile(r"var\((--[\w-]+)")
SETTING = re.compile(r"(--[\w-]+):[^;{}]*;?")
# The browser adds these where they are not written.
IMPLIED = frozenset({"html", "head", "body", "tbody"})


class Rule(NamedTuple):
    """A selector list and what it sets, or a condition and its rules."""

    head: str
    body: str
    selectors: tuple[tuple[str, frozenset[str]], ...] = ()
    rules: tuple["Rule", ...] = ()


def used(sheet: str, page: str, used_elsewhere: str = "") -> str:
    """`used_elsewhere` is another sheet, which may use the variables that this one sets."""
    kept = "".join(_kept(rules_of(sheet), names_in(page)))
    return _without_unused_variables(kept, used_elsewhere)


@cache
def rules_of(sheet: str) -> tuple[Rule, ...]:
    return tuple(_rule(head, body) for head, body in _blocks(sheet))


def names_in(page: str) -> frozenset[str]:
    """`.class`, `#id` and element names."""
    found = {name.lower() for name in TAG.findall(page)} | IMPLIED
    for attribute, value in ATTRIBUTE.findall(page):
        sign = "." if attribute.lower() == "class" else "#"
        found.update(sign + word for word in value.strip("\"'").split())
    return frozenset(found)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """What stands before each brace of the outer level, and inside it."""
    depth, begun, opened = 0, 0, 0
    for mark in MARK.finditer(sheet):
        if mark[0] == "{":
            opened = mark.end() if depth == 0 else opened
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth == 0:
                yield sheet[begun : opened - 1].strip(), sheet[opened : mark.start()]
                begun = mark.end()
        elif mark[0] == ";" and depth == 0:
            yield sheet[begun : mark.end()].strip(), ""
            begun = mark.end()


def _rule(head: str, body: str) -> Rule:
    if head.startswith(("@media", "@supports")):
        return Rule(head, body, rules=rules_of(body))
    if head.startswith("@"):
        return Rule(head, body)
    # A list with a browser's own selector is ignored whole by other browsers, so it stays whole.
    selectors = [head] if ":-" in head else COMMA_OUTSIDE.split(head)
    return Rule(head, body, tuple((selector, _needs(selector)) for selector in selectors))


def _needs(selector: str) -> frozenset[str]:
    """What a page must have for the selector to match; less than that where it is not plain."""
    if "\\" in selector or COMMA_OUTSIDE.search(selector):
        return frozenset()
    while (shorter := IN_BRACKETS.sub("", selector)) != selector:
        selector = shorter
    names = NAME.findall(PSEUDO.sub("", selector))
    return frozenset(name if name[0] in ".#" else name.lower() for name in names)


def _kept(rules: tuple[Rule, ...], names: frozenset[str]) -> Iterator[str]:
    for rule in rules:
        if rule.rules:
            if inner := "".join(_kept(rule.rules, names)):
                yield f"{rule.head}{{{inner}}}"
        elif not rule.selectors:
            yield f"{rule.head}{{{rule.body}}}" if rule.body else rule.head
        elif head := ",".join(selector for selector, needs in rule.selectors if needs <= names):
            yield f"{head}{{{rule.body}}}"


def _without_unused_variables(sheet: str, used_elsewhere: str) -> str:
    """Until nothing more goes, since one variable may be the last to use another."""
    wanted = set(VARIABLE.findall(used_elsewhere + sheet))
    shorter = SETTING.sub(lambda found: found[0] if found[1] in wanted else "", sheet)
    return sheet if shorter == sheet else _without_unused_variables(shorter, used_elsewhere)

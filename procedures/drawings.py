"""Drawings for paper: the rules of the site's style sheet with colours instead of custom properties."""

import re
from functools import cache

from .figures import FOLDER, Figure

STYLES = FOLDER / "figures.css"
FONT = '"Atkinson Hyperlegible Next"'
# Colours of the light theme; they differ in grey too, for a printer without colour.
COLOURS = {
    "ink": "#000000",
    "ink-soft": "#3f5054",
    "card": "#ffffff",
    "line": "#c9c4b8",
    "control": "#5f7075",
    "accent": "#09555a",
    "accent-strong": "#063f42",
    "accent-wash": "#eef3f1",
    "danger": "#9d1418",
    "warn": "#6b4200",
    "font": FONT,
}


def for_paper(svg: str) -> str:
    """The drawing with its own styles; without title and description, which become its alt text."""
    svg = re.sub(r"<title.*?</title>|<desc.*?</desc>", "", svg, flags=re.DOTALL)
    start = svg.index(">", svg.index("<svg")) + 1
    return f"{svg[:start]}<style>{styles()}</style>{svg[start:]}"


@cache
def styles() -> str:
    """The rules that hold everywhere, without those of a theme or of a medium."""
    css = re.sub(r"/\*.*?\*/", "", STYLES.read_text(encoding="utf-8"), flags=re.DOTALL)
    css = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*\s*\}", "", css)
    own = dict(re.findall(r"--([\w-]+):\s*([^;]+);", css))
    css = re.sub(r"--[\w-]+:[^;]+;", "", css)
    while "var(" in css:
        css = re.sub(r"var\(--([\w-]+)[^()]*\)", lambda found: _value(found[1], own), css)
    return re.sub(r"\s+", " ", css)


def _value(name: str, own: dict[str, str]) -> str:
    return own.get(name) or COLOURS[name]


def in_words(figure: Figure) -> str:
    """What the drawing says about itself: its title and description."""
    found = (re.search(rf"<{tag}[^>]*>(.*?)</{tag}>", figure.svg, re.DOTALL) for tag in ("title", "desc"))
    words = " ".join(" ".join(match[1].split()) + "." for match in found if match)
    return words.replace("..", ".") or figure.long_description.strip()

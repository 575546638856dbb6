"""The style sheets and the pages that must stand alone."""

import gzip
import re
import tomllib
from pathlib import Path

import html5lib
import pytest
from django.conf import settings
from django.template.loader import render_to_string

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "clinic/static/clinic"
SHEETS = ["site.css", "print.css", "staff.css"]
TEXT = ["ink", "ink-soft", "accent", "accent-strong"]
GROUNDS = ["paper", "card", "accent-wash"]
ON_WASH = [("danger", "danger-wash"), ("warn", "warn-wash"), ("ok", "ok-wash"), ("on-accent", "accent")]


def tokens():
    """Light and dark values of the colour tokens, from the compiled sheet."""
    blocks = re.findall(r":root\{([^}]*--paper:[^}]*)\}", (STATIC / "site.css").read_text())
    light, dark = (dict(re.findall(r"--([\w-]+):\s*(#\w+)", block)) for block in blocks[:2])
    return {"light": light, "dark": {**light, **dark}}


def contrast(one, other):
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour):
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_reaches_seven_to_one(theme):
    colours = tokens()[theme]
    pairs = [(text, ground) for text in TEXT for ground in GROUNDS] + ON_WASH
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < 7} == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_controls_reach_three_to_one(theme):
    colours = tokens()[theme]

    assert [ground for ground in GROUNDS if contrast(colours["control"], colours[ground]) < 3] == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_sheet_asks_nothing_of_any_other_host(sheet):
    assert re.findall(r"https?:|data:|@import|url\(//", (STATIC / sheet).read_text()) == []


def test_the_public_sheet_is_light():
    assert len(gzip.compress((STATIC / "site.css").read_bytes())) < 9_728


def test_no_template_holds_styles_or_scripts():
    templates = [path for path in ROOT.glob("templates/**/*.html") if "mail" not in path.parts[-2]]
    found = {
        path.name: re.findall(
            r"<style|\sstyle=|<script(?! src| type=\"application/ld)|\son\w+=\"", path.read_text()
        )
        for path in templates
    }

    assert {name: words for name, words in found.items() if words} == {}


def test_the_page_for_our_own_faults_needs_nothing():
    page = html5lib.parse(render_to_string("500.html"), namespaceHTMLElements=False)

    assert page.find(".//h1").text == "Something went wrong on our side"


def test_the_standing_emergency_card_says_what_the_safety_text_says():
    card = html5lib.parseFragment(render_to_string("_emergency_words.html"), namespaceHTMLElements=False)
    safety = tomllib.loads((ROOT / "procedures/content/safety.toml").read_text())["emergency"]
    lines = ["".join(line.itertext()) for line in card.iter("p")]

    assert "".join(card.find(".//h2").itertext()).strip() == f"Emergency: {safety['heading']}"
    assert [item.text for item in card.iter("li")] == [item["text"] for item in safety["items"]]
    assert lines[:5] == [safety["intro"], *safety["advice"][:4]]

"""A small page that passes all checks, as a folder of files and as plain data.

a_folder(tmp_path)                     references, safety text, drawing, one procedure
a_folder(tmp_path, ("old", "new"))     the same with words of the page replaced
a_page(lead="...")                     a page.Page with all it needs, for the checks
a_published_page(tmp_path)             loaded and published: its Explainer
an_edition_of_old(tmp_path, old, new)  the same with words that today's checks would stop
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management import call_command

from procedures import blocks, content, page, publishing, safety_text
from procedures.figures import Figure
from procedures.models import Edition, Explainer

REFERENCES = """
[ONE20]
citation = "One A. A trial of the sample block. J Sample 2020;1:1-2."
doi = "10.1000/sample.1"
year = 2020
study_type = "Randomized trial"
size = "100 people"

[TWO]
citation = "Two B. A leaflet about the sample block."
url = "https://hospital.example/leaflet"
study_type = "Hospital leaflet"
size = "Not a study"
"""

PAGE = """+++
kind = "procedure"
plain_name = "Sample injection for a sore knee"
medical_name = "Sample block"
description = "What a sample block is, what it does, and what its risks are."
lead = "We put numbing medicine next to a nerve [@ONE20]. It may ease your pain for a time [@TWO; @ONE20]."
related = []
first_published = 2026-01-15
change_note = "First version."
author = "Clinic editorial team (sample)"

[[key_facts]]
label = "What it is for"
text = "Pain from 1 nerve [@ONE20]."

[[key_facts]]
label = "How long it takes"
text = "About 15 minutes [@TWO]."

[[key_facts]]
label = "Going home"
text = "The same day [@TWO]."

[[key_facts]]
label = "Chance that it helps"
text = "In a trial, {finding:half} people had half the pain [@ONE20]."

[[findings]]
key = "half"
title = "Pain cut by half"
numerator = 60
denominator = 100
what = "had half the pain"
population = "100 people with a sore knee"
time = "after 4 weeks"
design = "Randomized trial"
limits = "It was small."
references = ["ONE20"]

[[findings]]
key = "score"
title = "Mean pain score"
before = 70
after = 45.5
scale = "0 (no pain) to 100 (worst pain)"
what = "was the mean score"
population = "the same 100 people"
time = "after 4 weeks"
design = "Randomized trial"
limits = "A mean hides how people differ."
references = ["ONE20"]

[[risks]]
key = "bruise"
group = "common"
name = "A bruise"
numerator = 12
denominator = 100
what_it_is = "The skin turns blue."
what_to_do = "Wait for a few days."
references = ["TWO"]

[[risks]]
key = "infection"
group = "serious"
name = "Infection"
what_it_is = "Germs get in."
what_to_do = "Call us the same day."
references = ["TWO", "ONE20"]

[[risks]]
key = "no_relief"
group = "common"
name = "Little or no relief"
what_it_is = "Your knee hurts as before."
what_to_do = "Show us your diary."
references = ["TWO"]

[[risks]]
key = "faint"
group = "uncommon"
name = "You faint"
what_it_is = "You feel light in the head."
what_to_do = "Lie down."
references = ["TWO"]
+++

## It is for pain from this nerve {#who}

The block may help with pain from this nerve [@ONE20].

## The nerve gives feeling to the knee {#anatomy}

::figure cluneal-nerves

## It helps some people for a time {#how-well}

::finding half

::findings

Nobody knows how long it lasts [@ONE20].

## It has risks {#risks}

These numbers come from 1 trial and 1 leaflet [@ONE20; @TWO].

::risks

## You have other choices {#alternatives}

- No treatment: you can wait. {.own}
- Exercise eases knee pain [@ONE20].

## Tell us these things before your visit {#tell-us}

- You take a medicine that makes you bleed longer (blood thinner) [@TWO].

## Get ready in time {#prepare}

1. List your medicines [@TWO].
2. Find a ride home. {.own}

## It is done in 2 steps {#steps}

1. We clean your skin [@TWO].
2. We put in the medicine [@TWO].

## Take care of the numb skin {#afterwards}

### In the first hours

Keep the skin away from heat [@TWO].

## Your diary shows the next step {#next}

Show us your diary. {.own}

## Know when to call {#when-to-call}

::care after-emergency

::care after-same-day

::phone

## Ask for a price {#cost}

You can ask for a written price [@TWO].

## Bring these questions {#questions}

- Why me? {.own}
"""

SVG = """<svg class="fig" viewBox="0 0 10 10" width="10" height="10" role="img" aria-labelledby="knee-title">
<title id="knee-title">The knee</title><desc>A knee and its nerve.</desc><path class="fig-bone" d="M0 0h10"/></svg>"""
CAPTION = "The knee from the front, simplified."
LONG_DESCRIPTION = "The drawing shows the knee from the front and the nerve that runs over it."


def a_folder(tmp_path: Path, *replacements: tuple[str, str], name: str = "sample-block") -> Path:
    text = PAGE
    for old, new in replacements:
        assert old in text, f"{old!r} is not in the sample page"
        text = text.replace(old, new)
    (tmp_path / "references.toml").write_text(REFERENCES)
    (tmp_path / "safety.toml").write_text(safety_words())
    (tmp_path / f"{name}.md").write_text(text)
    return tmp_path


def safety_words() -> str:
    """The real safety text without its sources, which this folder does not have."""
    lines = safety_text.FILE.read_text().splitlines()
    return "\n".join(line for line in lines if not line.startswith("sources"))


def a_page(**changes: Any) -> page.Page:
    """The sample page; a change of `body` means one section: body=("who", "New text")."""
    path = Path("sample-block.md")
    read = content.parse_page(path, PAGE).page
    entries = content.read_toml(path, REFERENCES)
    references = {
        key: page.Reference(
            key,
            *(row.get(name, "") for name in ("citation", "doi", "url")),
            row.get("year"),
            row["study_type"],
            row["size"],
        )
        for key, row in entries.items()
    }
    figure = Figure("cluneal-nerves", SVG, CAPTION, LONG_DESCRIPTION)
    whole = replace(
        read, references=references, figures={figure.name: figure}, safety=safety_text.file_body()
    )
    if "body" in changes:
        slot, text = changes.pop("body")
        assert whole.section(slot), f"the sample page has no section {slot}"
        changes["sections"] = tuple(
            replace(section, body=text) if section.slot == slot else section for section in whole.sections
        )
    return replace(whole, **changes)


def a_published_page(tmp_path: Path, *replacements: tuple[str, str]) -> Explainer:
    call_command("load_pages", folder=a_folder(tmp_path, *replacements), verbosity=0)
    return Explainer.objects.get(slug="sample-block")


def an_edition_of_old(tmp_path: Path, old: str, new: str) -> Explainer:
    """With words that no check stopped in their day; readers still have them."""
    explainer = a_published_page(tmp_path)
    first = explainer.editions.get()
    inside = (json.dumps(text)[1:-1] for text in (old, new))
    words = page.from_json(json.loads(json.dumps(first.content).replace(*inside)))
    html, references_html = blocks.render_page(words)
    names = ("plain_name", "medical_name", "description", "author")
    edition = Edition.objects.create(
        explainer=explainer,
        number=first.number + 1,
        html=html,
        references_html=references_html,
        content=words.as_json(),
        content_hash=words.content_hash,
        **{name: getattr(words, name) for name in names},
    )
    for follow_up in publishing.after_publication:
        follow_up(edition)
    return explainer

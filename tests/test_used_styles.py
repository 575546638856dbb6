"""A kept page has the rules that it can use and no others (V10)."""

import base64
import gzip
import hashlib
import re
import zlib
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from clinic import styles
from clinic.keptpage import Page, Rendered
from clinic.used_styles import names_in, used
from tests.pages import a_published_page

PAGE = '<main id="top"><p class="lead soft">One <b>two</b></p><input type=text></main>'


@pytest.mark.parametrize(
    ("sheet", "kept"),
    [
        ("p{a:b}", "p{a:b}"),
        ("h1{a:b}", ""),
        (".lead{a:b}.lea{a:b}", ".lead{a:b}"),
        ("#top .soft,#end .soft{a:b}", "#top .soft{a:b}"),
        ("p.lead>b:hover,p.lead>i:hover{a:b}", "p.lead>b:hover{a:b}"),
        ("P::before{a:b}", "P::before{a:b}"),
        ("*,::after,:root{a:b}", "*,::after,:root{a:b}"),
        ("html,head,body,tbody td{a:b}", "html,head,body{a:b}"),
        ("[hidden],i[hidden]{a:b}", "[hidden]{a:b}"),
        ('p[title="a,.b{}c"],u[title="a"]{a:b}', 'p[title="a,.b{}c"]{a:b}'),
        ("p:not(.gone,.away){a:b}", "p:not(.gone,.away){a:b}"),
        (":is(h1,.gone) p{a:b}", ":is(h1,.gone) p{a:b}"),
        ("i:has(p){a:b}", ""),
        (".gone,::-webkit-x{a:b}", ".gone,::-webkit-x{a:b}"),
        (".w\\:x{a:b}", ".w\\:x{a:b}"),
        ("@media(min-width: 40em){p{a:b}h1{a:b}}", "@media(min-width: 40em){p{a:b}}"),
        ("@media print{h1{a:b}}b{a:b}", "b{a:b}"),
        ("@supports(a:b){@media print{h1{a:b}p{c:d}}}", "@supports(a:b){@media print{p{c:d}}}"),
        ('@font-face{src:url("x")}@page{margin:0}', '@font-face{src:url("x")}@page{margin:0}'),
        ("@keyframes h1{from{a:b}to{c:d}}", "@keyframes h1{from{a:b}to{c:d}}"),
        ('p::before{content:"}h1{"}h1{a:b}', 'p::before{content:"}h1{"}'),
        ('@charset "x";p{a:b}', '@charset "x";p{a:b}'),
        (":root{--a: 1;--b: 2;--c: var(--b)}p{d:var(--c)}", ":root{--b: 2;--c: var(--b)}p{d:var(--c)}"),
        (":root{--a: 1}h1{b:var(--a)}", ":root{}"),
    ],
)
def test_a_rule_stays_when_it_may_match(sheet: str, kept: str):
    assert used(sheet, PAGE) == kept


def test_a_variable_stays_when_the_paper_sheet_uses_it():
    assert used(":root{--a: 1;--b: 2}", PAGE, "p{x:var(--b)}") == ":root{--b: 2}"


def test_names_are_found_however_an_attribute_is_written():
    page = "<DIV CLASS='a b' ID = \"c\"><svg class=d data-class='e'><linearGradient/></svg>"

    assert names_in(page) - names_in("") == {"div", ".a", ".b", "#c", "svg", ".d", ".e", "lineargradient"}


@pytest.fixture
def kept(db: None, tmp_path: Path) -> Page:
    answer = Client().get(a_published_page(tmp_path).get_absolute_url())
    return Page(Rendered("200 OK", list(answer.headers.items()), answer.content))


def test_the_policy_of_a_kept_page_lets_its_own_sheet_pass(kept: Page):
    (sheet,) = re.findall(r"<style>(.*?)</style>", kept.body.decode(), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    sources = re.findall("'sha256-[^']*'", dict(kept.headers)["Content-Security-Policy"])

    assert sources == [f"'sha256-{digest}'"]
    assert len(sheet) < 0.7 * len(styles.sheet())


def test_nothing_but_the_sheet_is_different(kept: Page, db: None, client: Client):
    whole = re.sub(r"<style>.*?</style>", "", client.get("/privacy/").content.decode(), flags=re.DOTALL)
    page = Page(Rendered("200 OK", [], client.get("/privacy/").content))

    assert re.sub(r"<style>.*?</style>", "", page.body.decode(), flags=re.DOTALL) == whole


def test_a_page_without_the_sheet_stays_as_it_is():
    headers = [("Content-Security-Policy", "style-src 'self'")]

    assert styles.with_used_rules_only(headers, b"%PDF \xff") == (headers, b"%PDF \xff")


@pytest.mark.django_db
def test_the_first_14_kilobytes_hold_the_sheet_and_the_first_screen(client: Client):
    call_command("load_pages", verbosity=0)
    answer = client.get("/procedures/cluneal-nerve-block/")
    page = Page(Rendered("200 OK", list(answer.headers.items()), answer.content))
    compressed = page.answers["gzip"].body[0]
    begin = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(compressed[:14_000]).decode(errors="ignore")

    assert begin.index("</style>") < begin.index("<h1") < begin.index('class="toc"')
    assert len(gzip.compress(re.findall("<style>.*</style>", begin)[0].encode(), 9)) < 6_000
    assert len(compressed) < 27_500

"""The Markdown of pages: CommonMark without HTML, plus citations, numbers and blocks of our own.

pain goes away [@KUN14; @ISU18].   sources, numbered in the order of the page
{finding:half}                     a stored number, "68 out of 100"
::figure NAME   ::risks   ...      a line that stands alone: see blocks.py
... {.own}                         our own advice; needs no source (checks/own.py says for what)

Words of the glossary are linked where a page first has them outside headings and links.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Protocol

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from .page import CITATION

DIRECTIVE = re.compile(r"^::([a-z]+)(?: ([a-z0-9_-]+))?$")
NUMBER = re.compile(r"\{finding:([A-Za-z]\w*)\}")
OWN = "{.own}"
ALLOWED = ["heading", "list", "paragraph", "newline", "escape", "link", "entity", "emphasis", "normalize"]
# Lists that readers go through in order, or tick off on paper.
LIST_CLASSES = {
    ("steps", "ordered_list_open"): "steps",
    ("prepare", "ordered_list_open"): "checklist",
    ("questions", "bullet_list_open"): "checklist",
}


class Blocks(Protocol):
    """What a page gives for the parts that are not plain Markdown."""

    def cite(self, keys: Sequence[str]) -> str: ...
    def number(self, key: str) -> str: ...
    def directive(self, name: str, argument: str) -> str: ...
    def explain(self, text: str) -> SafeString: ...


def render(text: str, blocks: Blocks, *, slot: str = "") -> SafeString:
    env = {"blocks": blocks, "slot": slot, "explains": True}
    return mark_safe(parser().render(text, env))  # noqa: S308 # html=False, see test_procedures_markdown


def render_line(text: str, blocks: Blocks, *, explains: bool = False) -> SafeString:
    """The text of a field: no paragraph around it, and links to the glossary only where asked for."""
    env = {"blocks": blocks, "explains": explains}
    return mark_safe(parser().renderInline(text, env))  # noqa: S308 # as above


def parse(text: str) -> list[Token]:
    return parser().parse(text, {})


@cache
def parser() -> MarkdownIt:
    markdown = MarkdownIt("zero", {"html": False}).enable(ALLOWED, ignoreInvalid=True)
    markdown.block.ruler.before("paragraph", "directive", _directive)
    markdown.inline.ruler.before("link", "cite", _cite)
    markdown.inline.ruler.before("link", "number", _number)
    markdown.core.ruler.before("inline", "own", _own)
    markdown.core.ruler.push("dress", _dress)
    markdown.core.ruler.push("mark", _mark)
    for name, rule in (
        ("cite", _show_cite),
        ("number", _show_number),
        ("directive", _show_directive),
        ("explained", _show_explained),
    ):
        markdown.add_render_rule(name, rule)
    return markdown


def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if not (found := DIRECTIVE.match(line)):
        return False
    if not silent:
        token = state.push("directive", "", 0)
        token.meta = {"name": found[1], "argument": found[2] or ""}
        token.map = [start, start + 1]
        state.line = start + 1
    return True


def _cite(state: StateInline, silent: bool) -> bool:
    if not (found := CITATION.match(state.src, state.pos)):
        return False
    if not silent:
        # The sign stands right behind the word, so that no line begins with it.
        state.pending = state.pending.rstrip(" ")
        state.push("cite", "", 0).meta = {"keys": [key.strip(" @") for key in found[1].split(";")]}
    state.pos = found.end()
    return True


def _number(state: StateInline, silent: bool) -> bool:
    if not (found := NUMBER.match(state.src, state.pos)):
        return False
    if not silent:
        state.push("number", "", 0).meta = {"key": found[1]}
    state.pos = found.end()
    return True


def _own(state: StateCore) -> None:
    """Take {.own} off the end of a paragraph and remember it."""
    for token in state.tokens:
        if token.type == "inline" and token.content.rstrip().endswith(OWN):
            token.content = token.content.rstrip().removesuffix(OWN).rstrip()
            token.meta = {"own": True}


def _dress(state: StateCore) -> None:
    """Addresses for headings, classes for lists."""
    slot = state.env.get("slot", "")
    for token, following in zip(state.tokens, state.tokens[1:], strict=False):
        if token.type == "heading_open":
            token.attrSet("id", slugify(f"{slot}-{following.content}"))
        elif token.level == 0 and (slot, token.type) in LIST_CLASSES:
            token.attrSet("class", LIST_CLASSES[slot, token.type])


def _mark(state: StateCore) -> None:
    """Tell the text that may link to the glossary from headings and links."""
    if not state.env.get("explains"):
        return
    for token, before in zip(state.tokens, [None, *state.tokens], strict=False):
        links = 0
        for child in (token.children or []) if not before or before.type != "heading_open" else []:
            links += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type == "text" and not links:
                child.type = "explained"


def _show_explained(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    return env["blocks"].explain(tokens[index].content)


def _show_cite(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return env["blocks"].cite(tokens[index].meta["keys"])


def _show_number(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return format_html("{}", env["blocks"].number(tokens[index].meta["key"]))


def _show_directive(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any
) -> str:
    return env["blocks"].directive(tokens[index].meta["name"], tokens[index].meta["argument"])

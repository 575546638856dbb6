"""Tags and filters of the shared look.

{% question form title=step.heading why=step.why %}
    Every field of the form. With one visible field its label or legend is the
    page's h1 (`title` replaces the label); with more, `title` is the h1 above.
    The form tag, the csrf token, _error_summary.html and the button are yours.
{{ form|crispy }} or {% include "bootstrap5/field.html" with field=form.name %}
    The same fields without a page heading, for instance on staff pages.
{% include "_error_summary.html" %}
    Above the h1, in the block before_main; needs `form`.

What a field may say about itself, as plain attributes:
    field.optional = False         required=False without the word "(optional)"
    field.exclusive = "none"       the option that stands last, after "or"
                                   (the value "none" needs no telling)
    field.option_hints = {value: "words under the option"}
    a name ending in "_details"    asked under a yes: hidden until yes is chosen
    field.scale = ("no pain", "the worst pain")   0 to 10, with both ends named
    MultiWidget: widget.part_labels = ["Month", "Day", "Year"]
    ValidationError(..., params={"part": 1})      the bad input of a MultiWidget
    widget attrs class "width-2", -4, -10, -20 or -30: as wide as the answer
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from clinic import calendar, styles
from clinic.headers import has_sheet_inside

register = template.Library()


@register.simple_tag(takes_context=True)
def style_sheet(context: template.Context) -> SafeString:
    """Inside a public page, beside any other."""
    request = context.get("request")
    if request is not None and has_sheet_inside(request):
        return mark_safe(f"<style>{styles.sheet()}</style>")  # noqa: S308 # our own compiled file
    return SafeString(render_to_string("_style_sheet.html"))


@register.filter
def named_cells(row: Iterable[SafeString], headers: Iterable[dict[str, Any]]) -> list[SafeString]:
    """The cells of a change list, each with its column's name for screens too narrow for columns."""
    pairs = zip(row, headers, strict=False)
    return [_named(cell, capfirst(str(header["text"]))) for cell, header in pairs]


def _named(cell: SafeString, name: str) -> SafeString:
    """The box to tick for an action has no name, but a box."""
    if "<" in name:
        return cell
    return mark_safe(format_html('{} data-name="{}"', mark_safe(cell[:3]), name) + cell[3:])  # noqa: S308 # Django's own cell, taken apart


@register.filter
def tel(number: object) -> str:
    """A tel: address for a number as shown; US country code unless it has one."""
    text = str(number)
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+") or len(digits) == 11:
        return f"tel:+{digits}"
    return f"tel:+1{digits}" if len(digits) == 10 else f"tel:{digits}"


@register.filter
def moment(at: datetime) -> str:
    """Sunday, November 22, 2:37pm, in the clinic's zone (E33)."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'l, F j')}, {calendar.clock(local.time())}"


@register.filter
def starts(path: object, beginning: object) -> bool:
    return bool(beginning) and str(path or "").startswith(str(beginning))


@register.filter
def is_list(value: object) -> bool:
    return isinstance(value, list | tuple)


@register.simple_tag
def question(form: forms.BaseForm, title: str = "", why: str = "") -> SafeString:
    visible = form.visible_fields()
    one = visible[0] if len(visible) == 1 else None
    return render_to_string(
        "crispy/question.html", {"form": form, "one": one, "question": title, "why_we_ask": why}
    )


@register.simple_tag
def describe(field: BoundField) -> str:
    """Wire hint and error to the control and drop maxlength, which would cut a pasted text silently (F11)."""
    ids = []
    if field.help_text or limit(field):
        ids.append(f"{field.auto_id}_helptext")
    if field.errors:
        ids.append(f"{field.auto_id}_error")
    described = " ".join(ids)
    attrs = field.field.widget.attrs
    attrs.pop("maxlength", None)
    if described and not field.use_fieldset:
        attrs["aria-describedby"] = described
    return described


@register.filter
def limit(field: BoundField) -> int | None:
    """How many characters a text area takes, said before it is too late."""
    if isinstance(field.field.widget, forms.Textarea):
        return getattr(field.field, "max_length", None)
    return None


@register.filter
def is_optional(field: BoundField) -> bool:
    return not field.field.required and getattr(field.field, "optional", True)


@register.filter
def options(field: BoundField) -> Iterator[dict[str, Any]]:
    """The choices of radios or checkboxes, each with what the template shows beside it."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id})
    groups = widget.optgroups(field.html_name, widget.format_value(field.value()), attrs)
    hints = getattr(field.field, "option_hints", {})
    low, high = getattr(field.field, "scale", None) or ("", "")
    exclusive = getattr(field.field, "exclusive", "none")
    for group, choices, _ in groups:
        for choice in choices:
            choice["attrs"]["class"] = "option-input"
            yield {
                "widget": choice,
                "group": group,
                "hint": hints.get(choice["value"]),
                "word": {"0": low, "10": high}.get(str(choice["value"])),
                "is_exclusive": choice["type"] == "checkbox" and str(choice["value"]) == exclusive,
            }


def bad_part(field: BoundField) -> int | None:
    """Which input of a MultiWidget is wrong, when the error says so."""
    for error in field.form.errors.as_data().get(field.name, []):
        part = (error.params or {}).get("part")
        if part is not None:
            return int(part)
    return None


@register.filter
def parts(field: BoundField) -> Iterator[dict[str, Any]]:
    """The inputs of a MultiWidget with their labels."""
    widget = field.field.widget
    attrs = field.build_widget_attrs({"id": field.auto_id})
    subwidgets = widget.get_context(field.html_name, field.value(), attrs)["widget"]["subwidgets"]
    bad = bad_part(field)
    for index, (label, part) in enumerate(zip(widget.part_labels, subwidgets, strict=True)):
        part["attrs"]["class"] = f"form-control {part['attrs'].get('class', '')}".strip()
        if bad is not None and index != bad:
            part["attrs"].pop("aria-invalid", None)
        yield {"widget": part, "label": label}


def first_bad_id(field: BoundField) -> str:
    if isinstance(field.field.widget, forms.MultiWidget):
        return f"{field.auto_id}_{bad_part(field) or 0}"
    if isinstance(field.field.widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        # Options in groups are numbered twice, so the first one is asked for its own id.
        return next(options(field))["widget"]["attrs"]["id"]
    return field.id_for_label


@register.simple_tag
def error_links(form: forms.BaseForm) -> list[dict[str, str]]:
    """One line a field, in the order of the page, then what concerns the whole form."""
    links = [
        {"id": first_bad_id(field), "text": str(field.errors[0])}
        for field in form.visible_fields()
        if field.errors
    ]
    return links + [{"id": "", "text": str(error)} for error in form.non_field_errors()]


@register.inclusion_tag("_icon_array.html")
def icon_array(numerator: int, denominator: int = 100, label: str = "") -> dict[str, dict[str, str] | None]:
    """`numerator` filled dots of 100 (or 1,000), counted from the first row; nothing for other shares.

    Each row is one dashed line of round dots, so that 100 dots cost few bytes.
    """
    columns, rows = (10, 10) if denominator <= 100 else (40, 25)
    total = columns * rows
    if not denominator or total * numerator % denominator:
        return {"dots": None}
    filled = total * numerator // denominator
    return {
        "dots": {
            "on": _lines_of_dots(0, filled, columns),
            "off": _lines_of_dots(filled, total, columns),
            "box": f"0 0 {columns * 12} {rows * 12}",
            "label": label or f"{filled} of {total:,} dots are filled",
        }
    }


def _lines_of_dots(first: int, end: int, columns: int) -> str:
    """Path data for the dots from `first` up to `end`: one line for each row or part of a row."""
    lines = []
    for row in range(first // columns, -(-end // columns)):
        left, right = max(first - row * columns, 0), min(end - row * columns, columns) - 1
        lines.append(f"M{left * 12 + 6} {row * 12 + 6}h{(right - left) * 12 + 0.01:g}")
    return "".join(lines) if end > first else ""

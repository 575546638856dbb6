"""Managers write the replies that staff begin their messages with."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinic.staff import needs, signed_in, site
from requests import actions, replies
from requests.models import Reply, ReplyVersion
from requests.models.reply import BLANKS
from requests.staff_forms.replies import ReplyForm

LIST = "admin:requests_replies"
CHANGED = "Somebody changed this reply since you opened it. Below is what you typed; compare it with the newest version, then save again."


# /staff/requests/replies/
@require_safe
@needs("requests.view_reply")
def listed(request: HttpRequest) -> HttpResponse:
    rows = [
        (reply, replies.words(replies.texts_of(reply)))
        for reply in Reply.objects.prefetch_related("texts").order_by("-is_active", "place", "title")
    ]
    context = {"title": "Replies", "rows": rows}
    return render(request, "admin/requests/replies.html", site.each_context(request) | context)


# /staff/requests/replies/new/
@require_http_methods(["GET", "HEAD", "POST"])
@needs("requests.add_reply")
def new(request: HttpRequest) -> HttpResponse:
    return edit(request, Reply())


# /staff/requests/replies/<pk>/
@require_http_methods(["GET", "HEAD", "POST"])
@needs("requests.change_reply")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    return edit(request, get_object_or_404(Reply, pk=pk))


def edit(request: HttpRequest, reply: Reply) -> HttpResponse:
    if request.method != "POST":
        return show(request, reply, ReplyForm(reply=reply))
    form = ReplyForm(request.POST, reply=reply)
    if not form.is_valid():
        return show(request, reply, form, status=422)
    if request.POST.get("step") == "preview":
        return show(request, reply, form, preview=previews(form.texts))
    if request.POST.get("number", "") != str(reply.number if reply.pk else ""):
        messages.error(request, CHANGED)
        return show(request, reply, form, status=409)
    return save(request, reply, form)


def save(request: HttpRequest, reply: Reply, form: ReplyForm) -> HttpResponse:
    facts = {name: form.cleaned_data[name] for name in ("title", "place", "is_active")}
    try:
        saved = actions.save_reply(reply, by=signed_in(request), texts=form.texts, **facts)
    except (actions.SomebodyWasFaster, IntegrityError):
        messages.error(request, CHANGED)
        return show(request, reply, form, status=409)
    messages.success(request, f"“{saved.title}” is saved as version {saved.number}.")
    return redirect(LIST)


def previews(texts: dict[str, str]) -> list[dict[str, str]]:
    """Each language as a patient would read it, with made-up data in the blanks."""
    return [
        {
            "language": code,
            "label": replies.language_label(code),
            "text": replies.fill(text, replies.made_up_values(code)),
        }
        for code, text in replies.in_order(texts)
    ]


def show(
    request: HttpRequest, reply: Reply, form: ReplyForm, *, status: int = 200, preview: Any = None
) -> HttpResponse:
    context = {
        "title": reply.title or "New reply",
        "reply": Reply.objects.filter(pk=reply.pk).first(),
        "form": form,
        "blanks": [("{" + name + "}", meaning) for name, meaning in BLANKS.items()],
        "preview": preview,
        "versions": versions(reply),
    }
    return render(request, "admin/requests/reply.html", site.each_context(request) | context, status=status)


def versions(reply: Reply) -> list[dict[str, Any]]:
    """Who changed what, the newest first."""
    if reply.pk is None:
        return []
    rows = list(ReplyVersion.objects.filter(reply=reply).select_related("by"))
    before = [*rows[1:], None]
    return [
        {"row": row, "changes": changes(old, row), "texts": shown(row)}
        for row, old in zip(rows, before, strict=True)
    ]


def changes(old: ReplyVersion | None, new: ReplyVersion) -> list[str]:
    if old is None:
        return ["Written"]
    lines = [f"Title was “{old.title}”"] if old.title != new.title else []
    if old.place != new.place:
        lines.append(f"Place was {old.place}")
    if old.is_active != new.is_active:
        lines.append("Offered to staff" if new.is_active else "No longer offered to staff")
    for code in sorted({*old.texts, *new.texts}):
        if old.texts.get(code) != new.texts.get(code):
            lines.append(f"Text in {replies.language_label(code)} {_how(old.texts, new.texts, code)}")
    return lines or ["Saved without a change"]


def _how(old: dict[str, str], new: dict[str, str], code: str) -> str:
    if code not in old:
        return "added"
    return "changed" if code in new else "taken away"


def shown(version: ReplyVersion) -> list[dict[str, str]]:
    return [
        {"language": code, "label": replies.language_label(code), "text": text}
        for code, text in replies.in_order(version.texts)
    ]

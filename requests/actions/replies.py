"""Managers write the replies; every version stays."""

from django.db import transaction

from clinic.models import User
from requests import replies
from requests.models import Reply, ReplyText, ReplyVersion

from .base import NotAllowed, SomebodyWasFaster


@transaction.atomic
def save_reply(
    reply: Reply, *, by: User | None, title: str, place: int, is_active: bool, texts: dict[str, str]
) -> Reply:
    """Write a new reply, or change the one that was loaded unless somebody changed it since."""
    texts = {language: text for language, text in texts.items() if text.strip()}
    if not texts.get(replies.FALLBACK):
        raise NotAllowed("Write the reply in English: every other language falls back to it.")
    for text in texts.values():
        if odd := replies.unknown_blanks(text):
            raise NotAllowed(f"There is no blank {odd[0]}.")
    facts = {"title": title, "place": place, "is_active": is_active}
    if reply.pk is None:
        reply = Reply.objects.create(**facts)
    elif not Reply.objects.filter(pk=reply.pk, number=reply.number).update(number=reply.number + 1, **facts):
        raise SomebodyWasFaster
    reply = Reply.objects.get(pk=reply.pk)
    _write(reply, texts)
    ReplyVersion.objects.create(reply=reply, number=reply.number, by=by, texts=texts, **facts)
    return reply


def _write(reply: Reply, texts: dict[str, str]) -> None:
    reply.texts.exclude(language__in=texts).delete()
    for language, text in texts.items():
        ReplyText.objects.update_or_create(reply=reply, language=language, defaults={"text": text})

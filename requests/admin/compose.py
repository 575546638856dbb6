"""Words to the patient before they go: a reply to begin with, then a look with the patient's eyes."""

from copy import copy
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.functional import cached_property

from clinic.models import User
from requests import replies, staff_forms, status_words
from requests.models import Inquiry, ReplyText
from requests.models.status import Status

from . import thread
from .verbs import Data, Verb

# What a button of the form asks for instead of sending.
FILL, PREVIEW, EDIT = "reply", "preview", "edit"
BECOMES = {"decline": Status.DECLINED, "close": Status.CLOSED}


def goes_to_the_patient(chosen: Verb) -> bool:
    return issubclass(chosen.form, staff_forms.PatientWordsForm)


def is_step(request: HttpRequest, chosen: Verb) -> bool:
    return goes_to_the_patient(chosen) and request.POST.get("step") in (FILL, PREVIEW, EDIT)


def context(chosen: Verb, inquiry: Inquiry, user: User) -> Data:
    """What was said so far, and the replies to choose from; a letter that declines has its own first words."""
    if not goes_to_the_patient(chosen):
        return {}
    groups = replies.choices(inquiry) if chosen.slug != "decline" else []
    spoken = {group.language for group in groups}
    missing = groups and inquiry.language not in spoken
    return {
        "composes": True,
        **thread.context(inquiry, user),
        "replies": groups,
        "no_reply_in": replies.language_label(inquiry.language) if missing else "",
    }


def typed(chosen: Verb, posted: QueryDict, inquiry: Inquiry, user: User) -> Data:
    """As it was sent, to begin a form with: a tick that is missing was taken out, and stays out."""
    return {one.name: one.data for one in chosen.form(posted, inquiry=inquiry, user=user)}


@dataclass(frozen=True)
class Filled:
    """A reply that was just put into the text."""

    reply: ReplyText
    text: str

    @property
    def language(self) -> str:
        return replies.language_label(self.reply.language)

    @property
    def in_english(self) -> str:
        return replies.in_english(self.reply)

    @property
    def open_blanks(self) -> str:
        return replies.unfilled_words(self.text)


class Step:
    """One step of composing; what was typed is always kept."""

    def __init__(self, request: HttpRequest, chosen: Verb, inquiry: Inquiry, user: User) -> None:
        self.posted, self.chosen, self.inquiry, self.user = request.POST, chosen, inquiry, user
        self.asked = request.POST["step"]

    @cached_property
    def filled(self) -> Filled | None:
        reply = replies.chosen(self.posted.get("reply", "")) if self.asked == FILL else None
        if reply is None:
            return None
        values = replies.values_for(self.inquiry, self.user, reply.language)
        return Filled(reply, replies.fill(reply.text, values))

    @cached_property
    def form(self) -> Any:
        """To be checked for a preview; else filled with what was typed and chosen, without errors."""
        about: Data = {"inquiry": self.inquiry, "user": self.user}
        if self.asked == PREVIEW:
            return self.chosen.form(self.posted, **about)
        initial = typed(self.chosen, self.posted, **about)
        if self.filled:
            words = ((initial["text"] or "").strip(), self.filled.text)
            initial["text"] = "\n\n".join(filter(None, words))
        return self.chosen.form(initial=initial, **about)

    @property
    def shows_preview(self) -> bool:
        return self.asked == PREVIEW and bool(self.form.is_valid())

    def preview(self, **more: Any) -> Data:
        """What the status page will say, from the same words and rules."""
        data = self.form.cleaned_data
        after = copy(self.inquiry)
        after.first_answered_at, after.patient_wrote_at = timezone.now(), None
        after.status = BECOMES.get(self.chosen.slug, after.status)
        if data.get("wait_for_answer"):
            after.status = Status.AWAITING_PATIENT
        return {
            "form": self.form,
            "said": status_words.Said("The clinic", timezone.now(), data["text"], is_ours=True),
            "state": status_words.STATE[Status(after.status)],
            "next_steps": status_words.next_steps(after),
            "takes_it": self.inquiry.assignee_id is None and (self.chosen.takes or data.get("take_over")),
            **more,
        }

"""The way through the intake: all of it follows from the answers given so far."""

from collections.abc import Callable, Iterable

from clinic.calendar import local_today

from .forms import contact, visit
from .forms.base import Answers
from .steps import STEPS, Step, asked


def first_unanswered(answers: Answers) -> Step | None:
    return next((step for step in asked(answers) if not step.form.is_answered(answers)), None)


def is_reached(step: Step, answers: Answers) -> bool:
    """It belongs to the way, and every page before it is answered."""
    pages = asked(answers)
    return step in pages and all(page.form.is_answered(answers) for page in pages[: pages.index(step)])


def after(step: Step, answers: Answers) -> Step | None:
    pages = asked(answers)
    return next(iter(pages[pages.index(step) + 1 :]), None)


def before(step: Step, answers: Answers) -> Step | None:
    pages = asked(answers)
    return pages[pages.index(step) - 1] if pages.index(step) else None


def tidy(answers: Answers) -> Answers:
    """Only what the asked pages gave: an answer to a question no longer asked is not kept."""
    kept: Answers = {}
    for step in STEPS:
        if step.asked(kept):
            kept |= {key: answers[key] for key in step.form.answer_keys() if key in answers}
    if "privacy_given" in answers:
        kept["privacy_given"] = answers["privacy_given"]
    if "interpreter" in kept.get("help_needs", ()) and "language" in kept:
        kept["help_language"] = visit.language_name(kept)
    return kept


def laid_over(before: Answers, new: Answers) -> Answers:
    """The answers with new ones. An address is asked anew when it becomes another person's to give."""
    answers = before | new
    if "email" not in new and contact.is_through_asker(before) != contact.is_through_asker(answers):
        answers.pop("email", None)
    return tidy(answers)


# What may stand above a question


def wants_today(answers: Answers) -> bool:
    return local_today().isoformat() in answers.get("visit_dates", ())


def has_likely_typo(answers: Answers) -> bool:
    return bool(contact.likely_email(answers))


def always(answers: Answers) -> bool:
    return True


NOTICES: dict[str, Callable[[Answers], bool]] = {
    "urgent": contact.has_urgent_sign,
    "today": wants_today,
    "email": has_likely_typo,
    "danger": always,
    "crisis": always,
}


def notices(names: Iterable[str], answers: Answers) -> list[str]:
    return [name for name in names if NOTICES[name](answers)]

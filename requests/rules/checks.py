"""A rule about a question that the form no longer asks would never be raised, and nobody would notice."""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import DatabaseError, transaction

from procedures import safety_text
from requests.models import RuleVersion

from .language import lines_of, problems
from .questions import Catalogue, catalogue


def rules_can_be_raised(app_configs: Any, databases: Any = None, **others: Any) -> list[CheckMessage]:
    """Runs with each migrate, and with check --database: rules are rows."""
    return [error for name in databases or () for error in _errors(name)]


def _errors(database: str) -> list[CheckMessage]:
    try:
        # In a block of its own, so that a missing table spoils no transaction around.
        with transaction.atomic(using=database):
            live = list(RuleVersion.objects.using(database).live().select_related("rule"))
    except DatabaseError:
        # Before the first migration there is nothing to check.
        return []
    questions = catalogue(safety_text.current())
    return [
        Error(
            f"The safety rule {version} cannot be raised: {problem}",
            hint="Ask the question again, or put a version live that asks about another one.",
            id="requests.E001",
        )
        for version in live
        for problem in broken(version, questions)
    ]


def broken(version: Any, questions: Catalogue) -> list[str]:
    """Why a version, stored or not, could never be raised or not be tried, with the form as it is now."""
    found = problems(version.condition, questions)
    if version.tells and version.tells not in questions:
        found.append(f"The form has no question “{version.tells}”.")
    return found


def signs_named() -> set[str]:
    """Signs of the urgent card that live rules look for: editors cannot take them out."""
    conditions = RuleVersion.objects.live().values_list("condition", flat=True)
    lines = [line for condition in conditions for line in lines_of(condition)]
    return {value for line in lines if line.get("key") == "urgent" for value in line.get("values", ())}

"""The editor's working copies; editions, reviews and safety texts to be looked at, with their verbs."""

from clinic.staff import site
from procedures import home

from . import edition, explainer, planned, questions, reference, reviews, safety, shared_words

__all__ = ["edition", "explainer", "planned", "questions", "reference", "reviews", "safety", "shared_words"]

site.panels += [home.panel, home.questions_panel]
site.panels.append(planned.panel)

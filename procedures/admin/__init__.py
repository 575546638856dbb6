"""The editor's working copies; editions, reviews and safety texts to be looked at, with their verbs."""

from clinic.staff import site
from procedures import home

from . import edition, explainer, reference, reviews, safety

__all__ = ["edition", "explainer", "reference", "reviews", "safety"]

site.panels.append(home.panel)

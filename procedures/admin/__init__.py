"""The editor's working copies; editions, reviews and safety texts to be looked at, with their verbs."""

from clinic.staff import site
from procedures import home

from . import edition, explainer, reference, safety

__all__ = ["edition", "explainer", "reference", "safety"]

site.panels.append(home.panel)

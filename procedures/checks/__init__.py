"""What stops a page from being published: one small function for each rule, listed in ALL.

The ids are those of the criteria for explainer pages (E1 to E60) and of the
order of their sections (A1 to A22).
"""

from . import evidence, language, links, numbers, own, structure, terms
from .registry import ALL, Check, Failure, Reading, run

__all__ = [
    "ALL",
    "Check",
    "Failure",
    "Reading",
    "evidence",
    "language",
    "links",
    "numbers",
    "own",
    "run",
    "structure",
    "terms",
]

from .edition import Edition, Review
from .evidence import Finding, Reference, Risk
from .explainer import Explainer, KeyFact, Section
from .file import EditionFile
from .passage import Passage, SearchWord
from .safety import SafetyText
from .scheduled import ScheduledPublication
from .trait import Trait

__all__ = [
    "Edition",
    "EditionFile",
    "Explainer",
    "Finding",
    "KeyFact",
    "Passage",
    "Reference",
    "Review",
    "Risk",
    "SafetyText",
    "ScheduledPublication",
    "SearchWord",
    "Section",
    "Trait",
]

from .edition import Edition, Review
from .evidence import Finding, Reference, Risk
from .explainer import Explainer, KeyFact, Section
from .feedback import Feedback
from .file import EditionFile
from .passage import Passage, SearchWord
from .question import AskedQuestion, Question
from .safety import SafetyText
from .scheduled import ScheduledPublication
from .shared_words import SharedWords
from .trait import Trait

__all__ = [
    "AskedQuestion",
    "Edition",
    "EditionFile",
    "Explainer",
    "Feedback",
    "Finding",
    "KeyFact",
    "Passage",
    "Question",
    "Reference",
    "Review",
    "Risk",
    "SafetyText",
    "ScheduledPublication",
    "SearchWord",
    "Section",
    "SharedWords",
    "Trait",
]

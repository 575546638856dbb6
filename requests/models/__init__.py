from .absence import Absence
from .comparison import Comparison
from .draft import Draft
from .flag import Flag
from .inquiry import Inquiry
from .presence import InboxChoice, Presence
from .record import (
    AccessLog,
    Assignment,
    Letter,
    Message,
    NextAction,
    Note,
    PhoneCall,
    Snooze,
    StatusChange,
)
from .reply import Reply, ReplyText, ReplyVersion
from .rule import Rule, RuleVersion
from .sending import Sending, Settlement, Undo

__all__ = [
    "Absence",
    "AccessLog",
    "Assignment",
    "Comparison",
    "Draft",
    "Flag",
    "InboxChoice",
    "Inquiry",
    "Letter",
    "Message",
    "NextAction",
    "Note",
    "PhoneCall",
    "Presence",
    "Reply",
    "ReplyText",
    "ReplyVersion",
    "Rule",
    "RuleVersion",
    "Sending",
    "Settlement",
    "Snooze",
    "StatusChange",
    "Undo",
]

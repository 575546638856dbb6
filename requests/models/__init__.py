from .absence import Absence
from .comparison import Comparison
from .draft import Draft
from .flag import Flag
from .inquiry import Inquiry
from .presence import InboxChoice, Presence
from .promise import PromiseChange
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
from .saved_view import SavedView
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
    "PromiseChange",
    "Reply",
    "ReplyText",
    "ReplyVersion",
    "Rule",
    "RuleVersion",
    "SavedView",
    "Sending",
    "Settlement",
    "Snooze",
    "StatusChange",
    "Undo",
]

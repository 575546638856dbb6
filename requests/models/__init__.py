from .comparison import Comparison
from .draft import Draft
from .flag import Flag
from .inquiry import Inquiry
from .presence import InboxChoice, Presence
from .record import AccessLog, Assignment, Message, Note, PhoneCall, StatusChange

__all__ = [
    "AccessLog",
    "Assignment",
    "Comparison",
    "Draft",
    "Flag",
    "InboxChoice",
    "Inquiry",
    "Message",
    "Note",
    "PhoneCall",
    "Presence",
    "StatusChange",
]

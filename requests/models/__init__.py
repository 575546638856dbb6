from .draft import Draft
from .flag import Flag
from .inquiry import Inquiry
from .record import AccessLog, Assignment, Message, Note, PhoneCall, StatusChange

__all__ = [
    "AccessLog",
    "Assignment",
    "Draft",
    "Flag",
    "Inquiry",
    "Message",
    "Note",
    "PhoneCall",
    "StatusChange",
]

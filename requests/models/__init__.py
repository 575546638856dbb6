from .draft import Draft
from .inquiry import Flag, Inquiry
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

"""Development: outgoing mail is kept as files and shown on a page."""

from django.core.mail.backends.locmem import EmailBackend as FileBackend

__all__ = ["FileBackend"]

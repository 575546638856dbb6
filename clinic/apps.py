from django.apps import AppConfig

HOUR = 3600


class ClinicConfig(AppConfig):
    name = "clinic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.sessions.backends.db import SessionStore

        from . import limits, outbox, periodic
        from .models import PublicChange

        periodic.every(60, outbox.warn_when_stuck)
        periodic.every(HOUR, limits.forget_old)
        periodic.every(HOUR, SessionStore.clear_expired)
        periodic.every(HOUR, PublicChange.forget_old)
        periodic.every(24 * HOUR, outbox.forget_unsent)

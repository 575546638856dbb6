from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import periodic

        from . import drafts

        periodic.every(600, drafts.delete_expired)

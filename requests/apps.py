from django.apps import AppConfig


class RequestsConfig(AppConfig):
    name = "requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import periodic
        from procedures import safety_items

        from . import actions, drafts
        from .forms.signs import EMERGENCY_KEYS, URGENT_KEYS

        periodic.every(600, drafts.delete_expired)
        periodic.every(60, actions.hand_back_due)
        safety_items.hold("emergency", EMERGENCY_KEYS)
        safety_items.hold("urgent", URGENT_KEYS)

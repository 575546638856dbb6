from django.apps import AppConfig

HOUR = 3600


class RequestsConfig(AppConfig):
    name = "requests"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.core import checks

        from clinic import periodic
        from procedures import safety_items

        from . import actions, answer_times, drafts, late, undelivered
        from .forms.signs import EMERGENCY_KEYS, URGENT_KEYS
        from .models import presence
        from .rules.checks import rules_can_be_raised, signs_named

        periodic.every(600, drafts.delete_expired)
        periodic.every(600, presence.forget_gone)
        periodic.every(60, undelivered.settle)
        periodic.every(60, actions.hand_back_due)
        periodic.every(60, late.tell_patients)
        periodic.every(600, late.tell_managers)
        periodic.every(HOUR, answer_times.measure)
        safety_items.hold("emergency", EMERGENCY_KEYS)
        safety_items.hold("urgent", URGENT_KEYS)
        safety_items.hold_by("urgent", signs_named)
        checks.register(rules_can_be_raised, checks.Tags.database)

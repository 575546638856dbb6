from django.apps import AppConfig


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Pages"
    default_auto_field = "django.db.models.BigAutoField"

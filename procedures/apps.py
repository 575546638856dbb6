from django.apps import AppConfig

HOUR = 3600


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import periodic

        from . import publishing, search_index

        publishing.after_publication.append(search_index.index)
        periodic.every(HOUR, search_index.index_missing)

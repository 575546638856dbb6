from django.apps import AppConfig

HOUR = 3600


class ProceduresConfig(AppConfig):
    name = "procedures"
    verbose_name = "Pages"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from clinic import periodic

        from . import link_image, publishing, questions, reviews_mail, scheduling, search_index

        publishing.after_publication += [search_index.index, link_image.make_at_publication]
        periodic.every(HOUR, search_index.index_missing)
        periodic.every(600, reviews_mail.send_weekly)
        periodic.every(HOUR, questions.erase_expired)
        periodic.every(30, scheduling.publish_due)

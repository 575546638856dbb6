from django.conf import settings
from django.urls import include, path

from . import views
from .staff import site

urlpatterns = [
    path("", include("procedures.site_urls")),
    path("", include("procedures.urls")),
    path("requests/", include("requests.urls")),
    path("privacy/", views.privacy, name="privacy"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("language-help/", views.language_help, name="language_help"),
    path("robots.txt", views.robots, name="robots"),
    path("staff/", site.urls),
    path("healthz", views.healthz, name="healthz"),
]

# Outgoing mail holds private links: these pages exist in development only.
if settings.MODE == "development":
    urlpatterns.append(path("dev/mail/", include("clinic.dev_mail")))

handler500 = views.server_error

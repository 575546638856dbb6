from django.urls import path

from . import views
from .staff import site

urlpatterns = [
    path("staff/", site.urls),
    path("healthz", views.healthz, name="healthz"),
]

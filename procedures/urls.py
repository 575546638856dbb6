from django.urls import path

from . import views

app_name = "procedures"

urlpatterns = [
    path("procedures/", views.procedures, name="list"),
    path("procedures/<slug:slug>/", views.procedure, name="procedure"),
    path("conditions/", views.conditions, name="conditions"),
    path("conditions/<slug:slug>/", views.condition, name="condition"),
]

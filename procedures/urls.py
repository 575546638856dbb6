from django.urls import path

from . import search_views, views

app_name = "procedures"

urlpatterns = [
    path("procedures/", views.procedures, name="list"),
    path("procedures/<slug:slug>/", views.procedure, name="procedure"),
    path("conditions/", views.conditions, name="conditions"),
    path("conditions/<slug:slug>/", views.condition, name="condition"),
    path("search/", search_views.search_page, name="search"),
    path("changes.rss", search_views.changes, name="feed"),
]

from django.urls import path

from . import feedback_views, leaflet_views, library_views, question_views, search_views, tool_views, views

app_name = "procedures"
PROCEDURE, CONDITION = {"kind": "procedure"}, {"kind": "condition"}

urlpatterns = [
    path("procedures/", views.procedures, name="list"),
    path("procedures/<slug:slug>/", views.procedure, name="procedure"),
    path("conditions/", views.conditions, name="conditions"),
    path("conditions/how-they-differ/", library_views.compare, name="compare"),
    path("conditions/<slug:slug>/", views.condition, name="condition"),
    path("emergency-signs/", library_views.emergency_signs, name="emergency_signs"),
    path("glossary/", library_views.glossary, name="glossary"),
    path("search/", search_views.search_page, name="search"),
    path("procedures/<slug:slug>/checklist/", tool_views.checklist, name="checklist"),
    path("pain-diary/", tool_views.diary, name="diary"),
    path("procedures/<slug:slug>/leaflet.pdf", leaflet_views.leaflet, PROCEDURE, name="leaflet"),
    path(
        "procedures/<slug:slug>/leaflet-<slug:variant>.pdf",
        leaflet_views.leaflet,
        PROCEDURE,
        name="leaflet_variant",
    ),
    path("conditions/<slug:slug>/leaflet.pdf", leaflet_views.leaflet, CONDITION, name="condition_leaflet"),
    path(
        "conditions/<slug:slug>/leaflet-<slug:variant>.pdf",
        leaflet_views.leaflet,
        CONDITION,
        name="condition_leaflet_variant",
    ),
    path("pages/<str:code>.png", leaflet_views.og_image, name="og_image"),
    path("pages/<str:code>/useful/", feedback_views.useful, name="useful"),
    path("pages/<str:code>/useful/thanks/", feedback_views.thanks, name="useful_thanks"),
    path("pages/<str:code>/useful/<str:answer>/", feedback_views.reason, name="useful_reason"),
    path("pages/<str:code>/question/", question_views.ask, name="ask"),
    path("questions/<str:token>/", question_views.question, name="question"),
    path("changes.rss", search_views.changes, name="feed"),
]

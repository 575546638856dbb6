from django.urls import path

from . import draft_views, message_views, status_views, views

app_name = "requests"

urlpatterns = [
    # /requests/new/...: the form. Before the tokens, which would swallow it.
    path("new/", views.start, name="start"),
    path("new/emergency-care/", views.stop, name="stop"),
    path("new/adults-only/", views.under_18, name="under_18"),
    path("new/check-your-answers/", views.check, name="check"),
    path("new/send/", views.send, name="send"),
    path("new/expired/", draft_views.expired, name="expired"),
    path("new/save/", draft_views.resume_link, name="resume_link"),
    path("new/resume/<str:token>/", draft_views.resume, name="resume"),
    path("new/<slug:slug>/", views.step, name="step"),
    # /requests/<token>/...: the patient's private status page
    path("<str:token>/", status_views.status, name="status"),
    path("<str:token>/write/", message_views.write, name="write"),
    path("<str:token>/withdraw/", status_views.withdraw, name="withdraw"),
]

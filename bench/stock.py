"""Django's own list of requests, at an address of its own: how long this machine takes for it says how fast it is."""

from django.contrib.admin import AdminSite, ModelAdmin
from django.urls import path

from clinic.urls import urlpatterns as ours
from requests.models import Inquiry

ADDRESS = "/stock/requests/inquiry/"
site = AdminSite("stock")


class StockAdmin(ModelAdmin):
    list_display = (
        "reference",
        "first_name",
        "last_name",
        "status",
        "urgency",
        "submitted_at",
        "answer_by",
        "assignee",
    )
    list_filter = ("status", "urgency")
    list_select_related = ("assignee",)
    list_per_page = 100


site.register(Inquiry, StockAdmin)
urlpatterns = [path("stock/", site.urls), *ours]

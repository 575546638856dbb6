"""What clinicians said about editions, and what waits for them (E18)."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from clinic.staff import needs, site
from procedures import home, reviews
from procedures.models import Review

from .verb import ReadOnlyAdmin


@admin.register(Review, site=site)
class ReviewAdmin(ReadOnlyAdmin):
    list_display = ("edition", "reviewer_name", "credential", "reviewed_on", "next_due")
    list_select_related = ("edition",)
    fields = list_display

    def get_urls(self) -> list[URLPattern]:
        guarded = site.admin_view(needs("procedures.view_edition")(due))
        return [path("due/", guarded, name="procedures_review_due"), *super().get_urls()]


# /staff/procedures/review/due/
@require_safe
def due(request: HttpRequest) -> HttpResponse:
    context = {
        "title": "Pages that wait for a review",
        "items": home.items_of(reviews.waiting()),
        "opts": Review._meta,
    }
    return render(request, "admin/procedures/reviews.html", site.each_context(request) | context)

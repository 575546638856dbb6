"""Requests in the staff site: a queue, a page for each, and verbs.

Facts are read-only and every change is a verb with a confirm page, so none of
Django's own add, change, delete and history pages exists for these models.
"""

from typing import Any

from django.contrib import admin
from django.urls import path

from clinic.staff import site
from requests.models import Inquiry

from . import (
    absences,
    bulk,
    bulk_undo,
    counts,
    entry,
    export,
    handed_back,
    home,
    inquiry,
    keys,
    letter,
    people,
    presence,
    printed,
    queue,
    replies,
    rules_pages,
    saved_pages,
    search,
    statistics,
    undo,
    verb,
    verbs,
)


@admin.register(Inquiry, site=site)
class InquiryAdmin(admin.ModelAdmin):
    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("", wrap(queue.queue), name="requests_inquiry_changelist"),
            path("counts/", wrap(counts.counts), name="requests_inquiry_counts"),
            path("bulk/", wrap(bulk.bulk), name="requests_inquiry_bulk"),
            path("bulk/undo/", wrap(bulk_undo.undo), name="requests_inquiry_bulk_undo"),
            path("export/", wrap(export.export), name="requests_inquiry_export"),
            path("search/", wrap(search.search), name="requests_inquiry_search"),
            path("print/", wrap(printed.listed), name="requests_inquiry_print_list"),
            path("keys/", wrap(keys.keys), name="requests_inquiry_keys"),
            path("new/", wrap(entry.new), name="requests_inquiry_new"),
            path("<uuid:pk>/", wrap(inquiry.inquiry), name="requests_inquiry_change"),
            path("<uuid:pk>/print/", wrap(printed.one), name="requests_inquiry_print"),
            path("<uuid:pk>/letter/print/", wrap(letter.sheet), name="requests_inquiry_letter_sheet"),
            path("<uuid:pk>/here/", wrap(presence.here), name="requests_inquiry_here"),
            path("<uuid:pk>/slip/", wrap(entry.slip), name="requests_inquiry_slip"),
            path("<uuid:pk>/undo/", wrap(undo.undo), name="requests_inquiry_undo"),
            path("<uuid:pk>/different/", wrap(people.different), name="requests_inquiry_different"),
            *(
                path(f"<uuid:pk>/{slug}/", wrap(view), {"slug": slug}, name=f"requests_inquiry_{slug}")
                for slug in verbs.VERBS
                for view in [people.with_both_locked if slug in people.OF_TWO else verb.verb]
            ),
        ]

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Inquiry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: Any, obj: Inquiry | None = None) -> bool:
        return False


# Requests come first: people wait.
site.panels[:0] = [absences.back_panel, home.panel, absences.away_panel]
site.long_pages.add("admin:requests_inquiry_new")
site.pages += [
    path("requests/absences/", absences.absences, name="requests_absences"),
    path("requests/absences/take-back/", handed_back.take_back, name="requests_absence_take_back"),
    path("requests/absences/<uuid:pk>/end/", absences.end, name="requests_absence_end"),
    path("requests/replies/", replies.listed, name="requests_replies"),
    path("requests/replies/new/", replies.new, name="requests_reply_new"),
    path("requests/replies/<int:pk>/", replies.change, name="requests_reply"),
    path("requests/statistics/", statistics.page, name="requests_statistics"),
    path("requests/statistics/<slug:table>.csv", statistics.download, name="requests_statistics_csv"),
]
site.pages += rules_pages.PAGES
site.pages += saved_pages.PAGES

"""V3: a page that is not in the cache yet, beside a plain Django view of the same rows.

    .venv/bin/python bench/first_view.py

Both go through all of Django: middleware, database, template. The plain view reads
the page's sections, facts, findings, risks and references, its related pages, its
review and the words about danger signs, and prints them; ours reads the edition that
was rendered when it was published, and the same things beside it.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)
from bench import site
from bench.measuring import compare, say, tell_load

PAGE = "cluneal-nerve-block"
VIEWS = 150
TEMPLATE = """{% extends "base.html" %}{% block content %}<h1>{{ page.plain_name }}</h1>{{ page.lead }}
{% for fact in page.key_facts.all %}<p>{{ fact.label }} {{ fact.text }}</p>{% endfor %}
{% for section in page.sections.all %}<h2>{{ section.heading }}</h2>{{ section.body|linebreaks }}{% endfor %}
{% for finding in page.findings.all %}<p>{{ finding.title }} {{ finding.what }}
{% for one in finding.references.all %}{{ one.citation }}{% endfor %}</p>{% endfor %}
{% for risk in page.risks.all %}<p>{{ risk.name }} {{ risk.what_it_is }}
{% for one in risk.references.all %}{{ one.citation }}{% endfor %}</p>{% endfor %}
{% for other in page.related.all %}<a href="{{ other.get_absolute_url }}">{{ other.plain_name }}</a>{% endfor %}
{% for part in safety.body.values %}<p>{{ part.heading }}</p>{% for item in part.items %}<p>{{ item.text }}</p>
{% endfor %}{% endfor %}<p>{{ review.reviewer_name }} {{ edition.number }} {{ edition.change_note }}</p>{% endblock %}"""


def main() -> None:
    tell_load()
    with site.database(0) as ready, site.django_on(ready):
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from clinic import urls

        urls.urlpatterns.append(plain_view())
        client = Client()
        # A connection prepares its statements once.
        client.get(f"/procedures/{PAGE}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/procedures/{PAGE}/")
        say(f"Queries of ours: {len(queries)} (3 at most).")
        compare(
            "V3",
            1.0,
            ours=lambda: views_a_second(lambda: client.get(f"/procedures/{PAGE}/")),
            limit=lambda: views_a_second(lambda: client.get("/plain/")),
            unit="views/s",
        )


def plain_view() -> object:
    from django.http import HttpRequest, HttpResponse
    from django.template import engines
    from django.urls import path

    from clinic.public import public_page
    from procedures.models import Explainer, Review, SafetyText

    template = engines["django"].from_string(TEMPLATE)

    @public_page
    def plain(request: HttpRequest) -> HttpResponse:
        rows = Explainer.objects.prefetch_related(
            "key_facts", "sections", "findings__references", "risks__references"
        )
        page = rows.get(slug=PAGE)
        edition = page.editions.order_by("-number").only("number", "change_note")[0]
        review = Review.objects.filter(edition=edition).order_by("-reviewed_on").first()
        context = {"page": page, "edition": edition, "review": review, "safety": SafetyText.objects.first()}
        return HttpResponse(template.render(context, request))

    return path("plain/", plain)


def views_a_second(view: Callable[[], object]) -> float:
    begun = time.perf_counter()
    for _ in range(VIEWS):
        view()
    return VIEWS / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()

"""The manager's page: how much came, how soon it was answered, what waits, where the form loses people."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from clinic.staff import needs, site
from requests import charts, funnel, statistics
from requests.charts import Part
from requests.exports import as_csv
from requests.staff_forms.statistics import PeriodForm
from requests.statistics import Line, Period

DEFAULT_WEEKS = 12
CHOICES = ((4, "4 weeks"), (12, "12 weeks"), (52, "52 weeks"))
Table = tuple[Sequence[str], Iterable[Sequence[Any]]]
COUNTS = ("Received", "Answered", "Not answered yet", "Withdrawn or joined", "Late")
LINE_HEADS = (
    *COUNTS, "Half were answered within", "9 of 10 were answered within",
)  # fmt: skip


# /staff/requests/statistics/
@require_safe
@needs("requests.view_statistics")
def page(request: HttpRequest) -> HttpResponse:
    form = PeriodForm(typed(request))
    if not form.is_valid():
        context = {"title": "Statistics", "form": form, "choices": choices()}
        return show(request, context, status=422)
    period = form.period
    weeks, hours = statistics.by_week(period), statistics.by_hour(period)
    context = {
        "title": "Statistics",
        "form": form,
        "choices": choices(),
        "period": period,
        "total": statistics.total(period),
        "line_heads": LINE_HEADS,
        "weeks": weeks[::-1],
        "weeks_chart": charts.columns([(line.label.partition(",")[0], parts(line)) for line in weeks]),
        "hours": hours,
        "hours_chart": charts.columns([(line.label, parts(line)) for line in hours]),
        "procedures": statistics.by_procedure(period),
        "backlog": with_shares(statistics.backlog()),
        "declined": with_shares(statistics.declined(period)),
        "stages": staged(funnel.stages(period)),
        "stopped": funnel.stopped(period),
        "troubles": funnel.troubles(period),
        "downloads": downloads(period),
    }
    return show(request, context)


def show(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(
        request, "admin/requests/statistics.html", site.each_context(request) | context, status=status
    )


def typed(request: HttpRequest) -> dict[str, str]:
    """The days asked for; without any, the last weeks."""
    usual = days_of(Period.of_weeks(DEFAULT_WEEKS))
    if not {"first", "last"} & set(request.GET):
        return usual
    return {name: request.GET.get(name, "") for name in usual}


def days_of(period: Period) -> dict[str, str]:
    return {"first": period.first.isoformat(), "last": period.last.isoformat()}


def choices() -> list[tuple[str, str]]:
    return [(words, "?" + urlencode(days_of(Period.of_weeks(weeks)))) for weeks, words in CHOICES]


def parts(line: Line) -> list[Part]:
    """A bar's pieces; together they are what was received. What was late stands there, whatever came of it."""
    withdrawn = line.withdrawn - line.withdrawn_late
    open = line.received - line.in_time - line.late - withdrawn
    return [
        Part("in-time", line.in_time), Part("late", line.late), Part("withdrawn", withdrawn), Part("open", open),
    ]  # fmt: skip


def with_shares(lines: list[tuple[str, int]]) -> list[tuple[str, int, int]]:
    lengths = charts.shares([count for _, count in lines])
    return [(words, count, length) for (words, count), length in zip(lines, lengths, strict=True)]


def staged(stages: list[funnel.Stage]) -> list[tuple[funnel.Stage, int]]:
    return list(zip(stages, charts.shares([stage.count for stage in stages]), strict=True))


# /staff/requests/statistics/<table>.csv
@require_safe
@needs("requests.view_statistics")
def download(request: HttpRequest, table: str) -> HttpResponse:
    """One table of the page as a file; it holds counts, no request and no person."""
    form = PeriodForm(typed(request))
    if table not in TABLES:
        raise Http404
    if not form.is_valid():
        return show(request, {"title": "Statistics", "form": form, "choices": choices()}, status=422)
    period = form.period
    name = f"{table}-{period.first}-to-{period.last}.csv"
    heads, rows = TABLES[table](period)
    return HttpResponse(
        as_csv(heads, list(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def downloads(period: Period) -> dict[str, str]:
    query = urlencode(days_of(period))
    return {table: f"{reverse('admin:requests_statistics_csv', args=[table])}?{query}" for table in TABLES}


def of_lines(lines: Callable[[Period], list[Line]], *heads: str) -> Callable[[Period], Table]:
    def table(period: Period) -> Table:
        return (*heads, *COUNTS, "Median, hours", "90th percentile, hours"), [
            [*names(line), *cells(line)] for line in lines(period)
        ]

    return table


def names(line: Line) -> list[str]:
    """What a row is. A spreadsheet sorts a week by its day and knows it by its number, not by our words."""
    return [line.monday.isoformat(), statistics.iso_week(line.monday)] if line.monday else [line.label]


def cells(line: Line) -> list[Any]:
    counts = [line.received, line.answered, line.unanswered, line.withdrawn, line.late]
    return counts + [
        f"{waited.total_seconds() / 3600:.1f}" if waited is not None else ""
        for waited in (line.median, line.ninetieth)
    ]


TABLES: dict[str, Callable[[Period], Table]] = {
    "weeks": of_lines(statistics.by_week, "Week from", "Week"),
    "procedures": of_lines(statistics.by_procedure, "Asked for"),
    "hours": of_lines(statistics.by_hour, "Hour from"),
    "backlog": lambda period: (("Age", "Requests"), statistics.backlog()),
    "declined": lambda period: (("Reason", "Requests"), statistics.declined(period)),
    "funnel": lambda period: (
        ("Question", "Drafts"),
        [(stage.label, stage.count) for stage in funnel.stages(period)],
    ),
    "errors": lambda period: (
        ("Question", "What was wrong", "Times"),
        [(trouble.question, trouble.kind, trouble.count) for trouble in funnel.troubles(period)],
    ),
}

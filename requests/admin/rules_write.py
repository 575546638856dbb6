"""Writing a rule or its next version; nothing is raised by it before it is put live."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from clinic.characters import small_number
from clinic.staff import needs, signed_in
from requests.actions import NotAllowed, SomebodyWasFaster
from requests.actions import rules as actions
from requests.models import Rule, RuleVersion
from requests.rules import samples, sheet
from requests.rules.questions import Catalogue
from requests.staff_forms.rules import RuleForm

from . import rules, rules_shown


# /staff/requests/rules/new-rule/
@require_http_methods(["GET", "HEAD", "POST"])
@needs("requests.write_rule")
def new_rule(request: HttpRequest) -> HttpResponse:
    return Desk(request, None, []).answer()


# /staff/requests/rules/<slug>/write/
@require_http_methods(["GET", "HEAD", "POST"])
@needs("requests.write_rule")
def write(request: HttpRequest, slug: str) -> HttpResponse:
    return Desk(request, *rules.versions_of(slug)).answer()


class Desk:
    """One page: its buttons add and remove lines, try the samples or save; only saving keeps anything."""

    def __init__(self, request: HttpRequest, rule: Rule | None, mine: list[RuleVersion]) -> None:
        self.request, self.rule, self.mine = request, rule, mine
        self.questions: Catalogue = actions.questions_now()
        self.newest = mine[0].number if mine else 0
        self.after = small_number(request.POST.get("after", "")) if request.method == "POST" else self.newest

    def answer(self) -> HttpResponse:
        if self.request.method != "POST":
            return self.show(RuleForm(self.first_sheet(), self.questions))
        typed = sheet.read(self.request.POST, self.questions)
        do = self.request.POST.get("do", "")
        if do in ("try", "save"):
            return self.check(RuleForm(typed, self.questions, is_sent=True), do)
        part = do.removeprefix("add-") if do.startswith("add-") else ""
        sheet.act(typed, do, self.request.POST.get(f"p{part}-add", ""), self.questions)
        return self.show(RuleForm(typed, self.questions))

    def check(self, form: RuleForm, do: str) -> HttpResponse:
        if not (form.is_valid() if do == "save" else form.can_be_tried()):
            return self.show(form, status=422)
        if do == "save":
            return self.save(form)
        # Shown without the errors of what is still empty: nobody has asked to save it.
        results = samples.tried(form.version(), self.questions)
        return self.show(RuleForm(form.sheet, self.questions), results=results)

    def first_sheet(self) -> sheet.Sheet:
        """What the chosen version says, or the newest one."""
        asked = small_number(self.request.GET.get("from", ""))
        base = next((each for each in self.mine if each.number == asked), self.mine[0] if self.mine else None)
        return sheet.of_version(base) if base else sheet.Sheet(samples=[sheet.Sample(), sheet.Sample()])

    def save(self, form: RuleForm) -> HttpResponse:
        try:
            version = self.written(form.said())
        except actions.WrittenAlready as same:
            messages.info(self.request, "This was already done.")
            return page_of(same.version)
        except SomebodyWasFaster:
            return self.told(form)
        except NotAllowed as error:
            form.problems.append(str(error))
            return self.show(form, status=422)
        messages.success(
            self.request,
            f"Version {version.number} is saved as a draft. It changes nothing until it is put live.",
        )
        return page_of(version)

    def written(self, said: actions.RuleWords) -> RuleVersion:
        user = signed_in(self.request)
        if self.rule is None:
            return actions.write_rule(said, by=user)
        return actions.write_version(self.rule, said, after=self.after, by=user)

    def told(self, form: RuleForm) -> HttpResponse:
        """Somebody saved a version meanwhile: both are kept, and the author sees what the other one says."""
        if self.rule is None:
            form.problems.append("Another rule was saved at the same moment. Save again")
            return self.show(form, status=409)
        _rule, self.mine = rules.versions_of(self.rule.slug)
        seen = next((each for each in self.mine if each.number == self.after), None)
        self.after = self.newest = self.mine[0].number
        context = rules_shown.compared(self.mine[0], seen, self.questions)
        return self.show(form, status=409, meanwhile=self.mine[0], **context)

    def show(self, form: RuleForm, status: int = 200, **context: Any) -> HttpResponse:
        title = "Write a rule" if self.rule is None else f"Write version {self.newest + 1}"
        results = context.get("results") or [None] * len(form.samples)
        everything = {
            "form": form,
            "problems": form.errors(),
            "rule": self.rule,
            "newest": self.mine[0] if self.mine else None,
            "after": self.after,
            "samples": list(zip(form.samples, results, strict=True)),
            **context,
        }
        return rules_shown.page(self.request, "write", title, everything, status)


def page_of(version: RuleVersion) -> HttpResponse:
    return redirect("admin:requests_rule_version", version.rule.slug, version.number)

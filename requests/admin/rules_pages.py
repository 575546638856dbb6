"""The addresses of the safety rules. A rule's own name has no hyphen, so new-rule is free."""

from django.urls import path

from . import rules, rules_verbs, rules_write

ONE = "requests/rules/<slug:slug>/"
PAGES = [
    path("requests/rules/", rules.rules, name="requests_rules"),
    path("requests/rules/new-rule/", rules_write.new_rule, name="requests_rule_new"),
    path(ONE, rules.rule, name="requests_rule"),
    path(f"{ONE}write/", rules_write.write, name="requests_rule_write"),
    path(f"{ONE}<int:number>/", rules.version, name="requests_rule_version"),
    path(f"{ONE}<int:number>/replay/", rules_verbs.over_past, name="requests_rule_replay"),
    path(f"{ONE}<int:number>/live/", rules_verbs.put_live, name="requests_rule_live"),
    path(f"{ONE}<int:number>/retire/", rules_verbs.retire, name="requests_rule_retire"),
]

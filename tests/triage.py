"""How staff use the confirm pages: open one, then send it."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from requests.models import Inquiry


def address(inquiry: Inquiry, verb: str = "change") -> str:
    return reverse(f"admin:requests_inquiry_{verb}", args=[inquiry.pk])


def opened(client: Client, inquiry: Inquiry, verb: str, **first: str) -> dict[str, str]:
    """Open the confirm page; gives the hidden fields in which it carries what it showed."""
    seen = client.get(address(inquiry, verb), first).context["seen"]
    return {f"seen_{name}": value for name, value in vars(seen).items()}


def send(client: Client, inquiry: Inquiry, verb: str, page: dict[str, str], **typed: Any) -> HttpResponse:
    return client.post(address(inquiry, verb), page | typed)


def do(client: Client, inquiry: Inquiry, verb: str, **typed: Any) -> HttpResponse:
    return send(client, inquiry, verb, opened(client, inquiry, verb), **typed)


def fresh(inquiry: Inquiry) -> Inquiry:
    return Inquiry.objects.get(pk=inquiry.pk)

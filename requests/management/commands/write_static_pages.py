"""The stop page and the 500 page as plain files: emergency words while the app is down (R5)."""

import base64
import hashlib
import re
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.management import BaseCommand
from django.http import HttpRequest
from django.urls import reverse

from clinic.views import server_error
from requests.views import stop

LINKED_FILE = re.compile(r"\s*<link [^>]*>")
FONT = re.compile(r"@font-face\{[^}]*\}")


class Command(BaseCommand):
    help = "Writes stop.html and 500.html, for the web server in front to show while the app is down."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, verbosity: int, **options: Any) -> None:
        request = HttpRequest()
        request.method, request.path = "GET", reverse("requests:stop")
        pages = {"stop.html": stop(request), "500.html": server_error(request)}
        folder.mkdir(parents=True, exist_ok=True)
        for name, response in pages.items():
            replace(folder / name, standing_alone(response.content.decode()))
        if verbosity:
            self.stdout.write(f"Wrote {' and '.join(pages)} to {folder}.")


def standing_alone(page: str) -> str:
    """With its style sheet inside and nothing to load: the app would serve that too."""
    style = FONT.sub("", Path(str(finders.find("clinic/site.css"))).read_text(encoding="utf-8"))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n    <style>{style}</style>\n  </head>'
    return LINKED_FILE.sub("", page).replace("</head>", head, 1)


def replace(path: Path, text: str) -> None:
    """In one step: the web server may be reading."""
    new = path.with_name(f"{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)

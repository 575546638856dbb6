"""The replies a new site begins with (requests/starter_replies.toml)."""

import tomllib
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand
from django.db import transaction

from requests import actions
from requests.forms.visit import LANGUAGES
from requests.models import Reply

FILE = Path(__file__).parents[2] / "starter_replies.toml"


class Command(BaseCommand):
    help = "Adds the replies that come with the site, where there is none at all. It never changes one."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if Reply.objects.exists():
            return
        rows = tomllib.loads(FILE.read_text())["reply"]
        for row in rows:
            texts = {code: row[code].strip() for code in LANGUAGES if code in row}
            actions.save_reply(
                Reply(), by=None, title=row["title"], place=row["place"], is_active=True, texts=texts
            )
        self.stdout.write(f"Added {len(rows)} replies.")

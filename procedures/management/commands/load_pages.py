"""Loads procedures/content: sources, safety text, pages; publishes what has changed."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from procedures import content, loading, publishing, search_index, shared_words


class Command(BaseCommand):
    help = "Load the pages of procedures/content and publish those that have changed. Can run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--folder", type=Path, default=content.FOLDER)
        parser.add_argument(
            "--overwrite", action="store_true", help="also load pages that were edited in the admin since"
        )

    def handle(self, *args: Any, folder: Path, overwrite: bool, verbosity: int, **options: Any) -> None:
        self.is_quiet = verbosity == 0
        try:
            with transaction.atomic():
                self.load(folder, overwrite)
        except content.ContentError as error:
            raise CommandError(str(error)) from None

    def load(self, folder: Path, overwrite: bool) -> None:
        changed = loading.load_references(folder / "references.toml")
        text, is_new = loading.load_safety_text(folder / "safety.toml")
        self.say(f"References: {changed} new or changed.")
        self.say(f"{text}: {'new' if is_new else 'unchanged'}.")
        files = {path: content.read_page(path) for path in sorted(folder.glob("*.md"))}
        stored = {path: loading.store(path, file, overwrite=overwrite) for path, file in files.items()}
        loading.relate([file for path, file in files.items() if stored[path][1]])
        addresses = [file.page.address for file in files.values()]
        for path, file in files.items():
            explainer, is_loaded = stored[path]
            if is_loaded:
                self.publish(path, explainer, file.change_note, addresses)
            else:
                self.say(f"{path.name}: kept as edited in the admin; --overwrite loads the file instead.")
        if waiting := shared_words.load():
            self.say(f"Words of other pages: {waiting} new or changed, to be signed off by a clinician.")
        if missing := search_index.index_missing():
            self.say(f"Search: {missing} earlier editions can be found now.")

    def publish(self, path: Path, explainer: Any, change_note: str, addresses: list[str]) -> None:
        last = explainer.editions.order_by("-number").values_list("number", flat=True).first()
        try:
            edition = publishing.publish(explainer, change_note=change_note, beside=addresses)
        except publishing.Refused as error:
            lines = "\n".join(f"  {failure}" for failure in error.failures)
            raise CommandError(f"{path.name} cannot be published:\n{lines}") from None
        self.say(f"{path.name}: {'unchanged' if edition.number == last else f'published as {edition}'}.")

    def say(self, text: str) -> None:
        if not self.is_quiet:
            self.stdout.write(text)

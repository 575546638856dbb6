"""The repository itself: what must stay true of its files."""

import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from django.core.management import call_command

import requests

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
WRITTEN_BY_US = {".py", ".html", ".md", ".scss", ".toml", ".txt", ".svg", ".in", ".json", ""}
NOT_OURS = {
    ".venv",
    ".hypothesis",
    ".git",
    ".data",
    "node_modules",
    "staticfiles",
    "package-lock.json",
    *LOCKS,
}
# Style in mails has to be inline; a page with it breaks the content security policy.
INLINE = re.compile(r"""\sstyle\s*=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*["']|javascript:""", re.I)


def our_files(*endings: str) -> list[Path]:
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith("_cache")]
        found += [Path(folder, name) for name in names if name not in NOT_OURS]
    return [path for path in found if path.suffix in (endings or WRITTEN_BY_US)]


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[.*\])?==(\S+)", (ROOT / lock).read_text(), re.M))


def test_requests_is_our_app():
    """PyPI's library of that name would be loaded silently in its place (docs/adr/0001)."""
    assert Path(requests.__file__).parent == ROOT / "requests"


def test_the_pypi_library_requests_is_not_installed():
    with pytest.raises(PackageNotFoundError):
        distribution("requests")


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_file_is_complete_and_names_no_address(lock: str):
    """P70: every package with hashes, from the index that pip is told to use."""
    text = (ROOT / lock).read_text()
    entries = [entry for entry in re.split(r"\n(?=\S)", text) if "==" in entry.split("\n")[0]]

    assert "requests" not in pins(lock)
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"https?://|--index|--extra|file:", text) == []


def test_development_uses_the_versions_of_production():
    production, development = (pins(lock) for lock in LOCKS)

    assert {name: development.get(name) for name in production} == production


@pytest.mark.parametrize("name", ["requirements.in", "requirements-dev.in"])
def test_every_dependency_is_explained(name: str):
    lines = (ROOT / name).read_text().splitlines()

    assert [line for line in lines if "  # " not in line and not line.startswith("-r ")] == []


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_imports_run_one_way():
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_templates_and_drawings_hold_no_inline_style_or_script():
    pages = [path for path in our_files(".html", ".svg") if path.parent.name != "mail"]
    found = {str(path.relative_to(ROOT)): INLINE.findall(path.read_text()) for path in pages}

    assert {name: parts for name, parts in found.items() if parts} == {}
    assert len(pages) > 40


def test_nothing_is_left_to_be_done_later():
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))
    found = [path.relative_to(ROOT) for path in our_files() if marks.search(path.read_text())]

    assert found == []


def test_readme_is_short_and_its_pictures_exist():
    readme = (ROOT / "README.md").read_text()
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme)

    assert len(readme.splitlines()) <= 100
    assert pictures == ["docs/page.png", "docs/form.png", "docs/queue.png"]
    assert [(ROOT / name).is_file() for name in pictures] == [True] * 3


@pytest.mark.parametrize("name", [".ci/run", ".ci/venv"])
def test_scripts_can_be_run(name: str):
    assert os.access(ROOT / name, os.X_OK)

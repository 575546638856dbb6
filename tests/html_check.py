"""Every kind of page of the real content before the W3C's own checker, as part of `make check`.

    python -m tests.html_check

It needs Java and, once, npm (the checker comes as a package); without them it says
so and checks nothing: html5lib reads the same pages strictly in the tests.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JAR = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
PATHS = (
    "/search/", "/search/?q=sciatica", "/search/?q=cannot+pee", "/search/?q=xyzzy", "/no-such-page/",
    "/requests/new/", "/requests/new/emergency-signs/", "/requests/new/expired/", "/staff/login/",
)  # fmt: skip
# Properties of CSS that the checker has not learned yet.
UNKNOWN_TO_CHECKER = r".*paint-order.*"


def main() -> int:
    npm = shutil.which("npm")
    if not (shutil.which("java") and (JAR.exists() or npm)):
        print("HTML not checked by vnu: it needs java and npm.")  # noqa: T201
        return 0
    if npm and not JAR.exists():
        subprocess.run([npm, "ci", "--silent"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory(prefix="clinic-html-") as name:
        count = write_pages(Path(name))
        command = [
            str(shutil.which("java")),
            "-jar",
            str(JAR),
            "--format",
            "gnu",
            "--filterpattern",
            UNKNOWN_TO_CHECKER,
            name,
        ]
        code = subprocess.run(command, check=False).returncode
    print(f"HTML of {count} pages checked by vnu: {'valid' if code == 0 else 'NOT valid'}.")  # noqa: T201
    return code


def write_pages(folder: Path) -> int:
    """The pages of the sitemap and some that are not in it, from a throw-away database."""
    data = folder / "data"
    data.mkdir()
    os.environ |= {
        "CLINIC_MODE": "test",
        "CLINIC_DATA_DIR": str(data),
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
    }
    from clinic.postgres import Server

    server = Server(data, durable=False)
    server.start()
    try:
        return _write_pages(folder)
    finally:
        server.remove()
        shutil.rmtree(data)


def _write_pages(folder: Path) -> int:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from django.test import Client

    for step in ("migrate", "load_pages", "sample_clinic"):
        call_command(step, verbosity=0)
    client = Client()
    found = re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", client.get("/sitemap.xml").content.decode())
    pages = [(path, client.get(path)) for path in (*found, *PATHS)]
    connections.close_all()
    html = [(path, page) for path, page in pages if page.headers["Content-Type"].startswith("text/html")]
    for path, page in html:
        (folder / f"{re.sub('[^a-z0-9]+', '-', path).strip('-') or 'home'}.html").write_bytes(page.content)
    return len(html)


if __name__ == "__main__":
    sys.exit(main())

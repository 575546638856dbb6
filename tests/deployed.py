"""An environment as in production, all of it made up.

`python -m tests.deployed manage.py check --deploy` runs a command in it.
"""

import base64
import os
import secrets
import subprocess
import sys

OURS = ("CLINIC_", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "EMAIL_", "PORT", "HOST")


def outside() -> dict[str, str]:
    """The environment of this process without what the tests or somebody's shell set for the app."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


def production(**changes: str) -> dict[str, str]:
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    return outside() | {
        "DATABASE_URL": "postgres://clinic@127.0.0.1:1/clinic",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": f"first {key}",
        "ALLOWED_HOSTS": "clinic.example",
        "SITE_URL": "https://clinic.example",
        "CLINIC_NAME": "Test Clinic",
        "CLINIC_PHONE": "202-555-0100",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "DEFAULT_FROM_EMAIL": "clinic@clinic.example",
        **changes,
    }


if __name__ == "__main__":
    sys.exit(subprocess.run([sys.executable, *sys.argv[1:]], env=production(), check=False).returncode)

"""Made-up staff accounts for development, one for each role."""

import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from clinic import private_files
from clinic.models import User

# user name: role, first name, last name, credential
ACCOUNTS = {
    "reception": ("Reception", "Sam", "Sample", ""),
    "nurse": ("Triage nurse", "Nora", "Sample", "RN"),
    "clinician": ("Clinician", "Casey", "Sample", "MD"),
    "editor": ("Editor", "Eden", "Sample", ""),
    "manager": ("Manager", "Morgan", "Sample", ""),
    "admin": ("", "Alex", "Sample", ""),  # superuser: for setting up only
}


def passwords_file() -> Path:
    return settings.DATA_DIR / "staff_passwords.txt"


class Command(BaseCommand):
    help = "Makes the sample staff accounts (development only); says their passwords once."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Sample accounts are never made in production.")
        kept = passwords_file().exists()
        if kept and User.objects.filter(username__in=ACCOUNTS).count() == len(ACCOUNTS):
            return
        passwords_file().unlink(missing_ok=True)
        lines = private_files.keep(passwords_file(), new_passwords)
        self.make_accounts(dict(line.split() for line in lines.splitlines()))
        self.stdout.write("Sample staff (user name and password), said this once:")
        self.stdout.write(lines)

    @transaction.atomic
    def make_accounts(self, passwords: dict[str, str]) -> None:
        for name, (role, first, last, credential) in ACCOUNTS.items():
            user, _ = User.objects.update_or_create(
                username=name,
                defaults={
                    "first_name": first,
                    "last_name": last,
                    "credential": credential,
                    "email": f"{name}@example.com",
                    "is_staff": True,
                    "is_superuser": not role,
                },
            )
            user.set_password(passwords[name])
            user.save(update_fields=["password"])
            user.groups.set(Group.objects.filter(name=role))


def new_passwords() -> str:
    return "".join(f"{name:10} {new_password()}\n" for name in ACCOUNTS)


def new_password() -> str:
    """Twenty letters without look-alikes, in groups: easy to type, 90 bits."""
    letters = [secrets.choice("abcdefghjkmnpqrstuvwxyz") for _ in range(20)]
    return "-".join("".join(letters[start : start + 5]) for start in range(0, 20, 5))

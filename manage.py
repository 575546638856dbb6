#!/usr/bin/env python
"""Run one of the project's commands: `python manage.py help` lists them."""

import os
import sys
from contextlib import AbstractContextManager, nullcontext

# These look at code only, or start what they need themselves.
NEED_NO_DATABASE = {"help", "--help", "version", "--version", "check", "collectstatic", "makemessages", "run"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    from clinic.postgres import PostgresError

    try:
        with database(*sys.argv[1:2]):
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, PostgresError) as error:
        sys.exit(str(error))
    except OperationalError as error:
        sys.exit(f"The database does not do it: {str(error).splitlines()[0]}. Check DATABASE_URL.")


def database(command: str = "help") -> AbstractContextManager[None]:
    """Development: the private PostgreSQL, for as long as the command runs."""
    from django.conf import settings

    from clinic.postgres import Server

    if not settings.PRIVATE_DATABASE or settings.MODE == "test" or command in NEED_NO_DATABASE:
        return nullcontext()
    return Server(settings.DATA_DIR).in_use()


if __name__ == "__main__":
    main()

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

    from clinic.postgres_programs import PostgresError

    try:
        with database(*sys.argv[1:2]):
            execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, PostgresError) as error:
        sys.exit(str(error))
    except (OperationalError, OSError) as error:
        sys.exit(in_words(error))


def in_words(error: Exception) -> str:
    """One sentence for what happens to a machine; anything else keeps its traceback."""
    says = str(error).partition("\n")[0]
    if "No space left on device" in says or "could not extend file" in says:
        return f"The disk is full: free about 200 MB and start again ({says})."
    if isinstance(error, OSError):
        raise error
    if os.environ.get("DATABASE_URL"):
        return f"The database does not answer: {says}. Check DATABASE_URL."
    return f"The database does not answer: {says}."


def database(command: str = "help") -> AbstractContextManager[None]:
    """Development: the private PostgreSQL, for as long as the command runs."""
    from django.conf import settings

    from clinic.postgres import Server

    if not settings.PRIVATE_DATABASE or settings.MODE == "test" or command in NEED_NO_DATABASE:
        return nullcontext()
    return Server(settings.DATA_DIR).in_use()


if __name__ == "__main__":
    main()

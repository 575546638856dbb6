"""Files and folders for one account only: secrets, passwords, the private database."""

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def folder(path: Path) -> Path:
    """The folder, made if need be; ours, and closed to everybody else."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = path.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid():
            path.chmod(0o700)
            return path
    except OSError as error:
        raise ImproperlyConfigured(
            f"The folder {path} cannot be used: {error.strerror or error}. "
            "Free its disk, or name another with CLINIC_DATA_DIR."
        ) from None
    raise ImproperlyConfigured(
        f"{path} is not a folder of the account that runs this. Run as its owner, "
        "or name another with CLINIC_DATA_DIR."
    )


def keep(path: Path, make: Callable[[], str]) -> str:
    """Text of the file; made on first use, whole or not at all, for its owner only."""
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(make())
            file.flush()
            os.fsync(descriptor)
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was faster: its text counts
    finally:
        os.unlink(draft)
    return path.read_text()

"""Logging: one line of JSON an event."""

import logging.config
from typing import Any


def configure(overrides: dict[str, Any]) -> None:
    logging.config.dictConfig({"version": 1, "disable_existing_loggers": False})

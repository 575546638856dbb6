"""Data classes read back from JSON that an older or a newer version of them may have written."""

from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints


def made_of(kind: Any, content: dict[str, Any]) -> Any:
    """Fields that are no more are passed over; fields that were not yet stay at their default, else empty."""
    kinds = get_type_hints(kind)
    values = {}
    for each in fields(kind):
        if each.name in content:
            values[each.name] = _read(kinds[each.name], content[each.name])
        elif each.default is MISSING and each.default_factory is MISSING:
            values[each.name] = ""
    return kind(**values)


def _read(kind: Any, value: Any) -> Any:
    """A value of a field, of the kind that the field is declared with."""
    if get_origin(kind) is tuple:
        row_kind = get_args(kind)[0]
        return tuple(made_of(row_kind, row) if is_dataclass(row_kind) else row for row in value)
    if get_origin(kind) is dict and is_dataclass(row_kind := get_args(kind)[1]):
        return {key: made_of(row_kind, row) for key, row in value.items()}
    return value

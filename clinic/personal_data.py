"""Each model says of every field whether it is personal and what erasure does to it.

    personal_data = declare(erase="name phone", keep="at", none="id state")

`erase`: emptied or deleted when the person asks for erasure. `keep`: personal, but
a record that has to stay (who of the staff did what and when). `none`: not personal.
tests/test_personal_data.py fails until somebody has decided about a new field.
"""


def declare(*, erase: str = "", keep: str = "", none: str = "") -> dict[str, str]:
    """Field name -> "erase", "keep" or "none"."""
    groups = {"erase": erase, "keep": keep, "none": none}
    return {field: fate for fate, fields in groups.items() for field in fields.split()}

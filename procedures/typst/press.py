"""Runs as a program: an order as JSON on standard input, the finished file on standard output."""

import json
import sys
from pathlib import Path
from typing import Any

import typst

HERE = Path(__file__).parent


def main() -> None:
    order: dict[str, Any] = json.load(sys.stdin)
    compiler = typst.Compiler(
        str(HERE / f"{order['layout']}.typ"),
        root=str(HERE),
        font_paths=[str(HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": order["data"]},
    )
    try:
        made: Any = compiler.compile(**order["options"])
    except typst.TypstError as error:
        sys.exit(f"{error.message} {error.diagnostic}")
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()

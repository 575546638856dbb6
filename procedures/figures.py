"""Labelled drawings: NAME.svg beside NAME.toml with its caption and long description."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "content" / "figures"


@dataclass(frozen=True)
class Figure:
    name: str
    svg: str
    caption: str
    long_description: str

    @property
    def drawing(self) -> str:
        """The drawing alone, without what only a file of its own needs."""
        return re.sub(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->", "", self.svg, flags=re.DOTALL).strip()


def used_in(names: Iterable[str], folder: Path | None = None) -> dict[str, Figure]:
    """Those that exist; a missing one is for the checks to tell."""
    found = {name: read(name, folder or FOLDER) for name in names}
    return {name: figure for name, figure in found.items() if figure}


def read(name: str, folder: Path) -> Figure | None:
    try:
        svg = (folder / f"{name}.svg").read_text(encoding="utf-8")
        words = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
    except (FileNotFoundError, tomllib.TOMLDecodeError):
        return None
    return Figure(name, svg, words.get("caption", ""), words.get("long_description", ""))

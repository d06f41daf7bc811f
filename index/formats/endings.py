"""What is told by the name of a file: of what kind it is, and whether it is nobody's document."""

from __future__ import annotations

from pathlib import PurePath

DOUBLE = (".tar.gz",)  # endings of two parts; the last part alone says nothing of what is packed
OPEN_ELSEWHERE = ("~$", ".~lock.")  # how the files begin that Word and LibreOffice keep beside an open document
# Folders of what programs need and nobody wrote for its readers: the README and licence of every package.
PACKAGES = frozenset(("node_modules", "bower_components", "site-packages", "dist-packages", "__pycache__"))


def ending_of(path: str | PurePath) -> str:
    """The ending of a file's name in lower case, with its dot; "" where it has none."""
    name = PurePath(path).name.lower()
    return next((ending for ending in DOUBLE if name.endswith(ending) and name != ending), PurePath(name).suffix)

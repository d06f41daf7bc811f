"""A folder for what Quotewise makes, as a new user has it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from ui.own_collection import open_collection


def fresh_home(folder, monkeypatch):
    """An empty home in `folder`, which shares the session's prepared encoder."""
    fresh = Path(folder) / "home"
    fresh.mkdir()
    (fresh / "encoders").symlink_to(Path(os.environ["QUOTEWISE_HOME"]) / "encoders")
    monkeypatch.setenv("QUOTEWISE_HOME", str(fresh))
    return fresh


@contextmanager
def home_with(folder: Path, texts: Mapping[str, str]) -> Iterator[Path]:
    """A home in `folder`, a place for uploads, and a collection of these texts, by the names of their files."""
    with pytest.MonkeyPatch.context() as patch:
        fresh_home(folder, patch)
        patch.setenv("GRADIO_TEMP_DIR", str(folder / "temporary"))
        for name, text in texts.items():
            (folder / name).write_text(text, "utf-8")
        with open_collection(folder / "collection", create=True) as made:
            made.add([folder / name for name in texts])
        yield folder

"""How Gradio is imported: imported before it, this keeps it from calling home, from writing into itself, and from
importing what is not needed here. It then takes half as long."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import LazyLoader
from types import ModuleType

# Nothing leaves the machine, and no statistics are made anew after each question.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(2**31))

# Of every component, at every import, it parses the source twice and writes a stub for editors beside it: 0.8 s of 1.7.
WRITES_STUBS = "create_or_modify_pyi"


class _WithoutStubs(SourceFileLoader):
    """Loads the module that writes stubs, and takes that out."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module."""
        super().exec_module(module)
        if hasattr(module, WRITES_STUBS):
            vars(module)[WRITES_STUBS] = lambda *_: None


class _WithoutProtocol(SourceFileLoader):
    """Loads Gradio's own server for assistants, which is not used, without the 0.5 s of the library for it."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module."""
        with _hidden("mcp"):
            super().exec_module(module)


@contextmanager
def _hidden(name: str) -> Iterator[None]:
    """Let a module be none that can be imported, unless it is there already."""
    is_there = name in sys.modules
    if not is_there:
        sys.modules[name] = None  # type: ignore[assignment]  # as the import system wants it
    try:
        yield
    finally:
        if not is_there:
            del sys.modules[name]


class _LeanFinder(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in ("gradio.component_meta", "gradio.mcp", "pandas"):
            return None
        found = PathFinder.find_spec(name, path)
        loader = found.loader if found else None
        if found is None or not isinstance(loader, SourceFileLoader):
            return found
        if name == "pandas":  # 0.25 s, for tables that no page here has
            found.loader = LazyLoader(loader)
        else:
            kind = _WithoutStubs if name == "gradio.component_meta" else _WithoutProtocol
            found.loader = kind(loader.name, loader.path)
        return found


sys.meta_path.insert(0, _LeanFinder())

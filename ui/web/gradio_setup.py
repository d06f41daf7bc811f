"""How Gradio is imported: imported before it, this keeps it from calling home and from writing into itself."""

from __future__ import annotations

import importlib.machinery
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

# Nothing leaves the machine, and no statistics are made anew after each question.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", str(2**31))


WRITES_STUBS = "create_or_modify_pyi"


class _LeanLoader(SourceFileLoader):
    """Loads the module that, for every component at every import, parses its source twice and writes a stub for editors
    beside it: half of the time that Gradio takes to import (1.7 s of which 0.9 s are left)."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module, and take the writing of stubs out."""
        super().exec_module(module)
        if hasattr(module, WRITES_STUBS):
            vars(module)[WRITES_STUBS] = lambda *_: None


class _LeanFinder(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != "gradio.component_meta":
            return None
        found = PathFinder.find_spec(name, path)
        if found is None or not isinstance(found.loader, SourceFileLoader):
            return found
        lean = _LeanLoader(found.loader.name, found.loader.path)
        return importlib.machinery.ModuleSpec(name, lean, origin=found.origin)


sys.meta_path.insert(0, _LeanFinder())

"""The rules that keep the parts apart, checked on the source."""

import ast
import dataclasses
import importlib
import pkgutil

import pytest
from processes import ROOT

import index
import qa

HEAVY = {"torch", "transformers", "sentence_transformers", "gradio"}
SERVING = sorted([*ROOT.glob("index/*.py"), *ROOT.glob("qa/*.py")])
ALL = sorted(path for package in ("index", "qa", "ui") for path in ROOT.glob(f"{package}/**/*.py"))


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def tree_of(path):
    return ast.parse(path.read_text("utf-8"))


def imports(nodes):
    """The full names of the modules that the nodes import, and of what is taken from them."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports are not used here"
            found.update({node.module, *(f"{node.module}.{alias.name}" for alias in node.names)})
    return found


def importers(module):
    return {name_of(path) for path in ALL if is_among(module, imports(ast.walk(tree_of(path))))}


def is_among(module, names):
    return any(name == module or name.startswith(f"{module}.") for name in names)


def test_the_source_is_found():
    assert {"index/encoder.py", "qa/asking.py"} <= {name_of(path) for path in SERVING}
    assert "qa/reader.py" in importers("index")
    assert "ui/cli.py" in importers("qa")


@pytest.mark.parametrize("path", SERVING, ids=name_of)
def test_imports_run_one_way(path):
    names = imports(ast.walk(tree_of(path)))
    forbidden = ["ui", "qa"] if path.parent.name == "index" else ["ui", "qa.evaluation", "qa.training"]
    assert [module for module in forbidden if is_among(module, names)] == []


def test_nothing_imports_the_page_but_the_page():
    assert {name.split("/")[0] for name in importers("ui")} == {"ui"}


@pytest.mark.parametrize(
    ("module", "owner"), [("sentence_transformers", "index/encoder.py"), ("faiss", "index/vectors.py")]
)
def test_a_library_that_might_be_exchanged_has_one_importer(module, owner):
    others = {"qa/evaluation/peer_systems.py"}  # runs other people's systems, to compare with
    assert importers(module) - others == {owner}


@pytest.mark.parametrize("path", SERVING, ids=name_of)
def test_heavy_libraries_are_imported_only_inside_functions(path):
    tree = tree_of(path)
    inside = {id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    outside = imports(node for node in ast.walk(tree) if id(node) not in inside)
    assert [module for module in HEAVY if is_among(module, outside)] == []


def calls(path, name):
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call) and is_name(node.func, name)]


def is_name(node, name):
    return isinstance(node, ast.Name) and node.id == name


@pytest.mark.parametrize("path", SERVING, ids=name_of)
def test_only_the_user_interface_prints(path):
    assert calls(path, "print") == []


def dataclasses_of(package):
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not info.name.endswith("__main__"):
            module = importlib.import_module(info.name)
            classes = [value for value in vars(module).values() if isinstance(value, type)]
            yield from (c for c in classes if dataclasses.is_dataclass(c) and c.__module__ == info.name)


@pytest.mark.parametrize("kind", [*dataclasses_of(index), *dataclasses_of(qa)], ids=lambda kind: kind.__name__)
def test_records_cannot_be_changed(kind):
    assert kind.__dataclass_params__.frozen or kind.__name__.startswith("_")
    assert hasattr(kind, "__slots__")


@pytest.mark.parametrize("path", SERVING, ids=name_of)
def test_every_module_says_what_it_is_for(path):
    assert ast.get_docstring(tree_of(path))

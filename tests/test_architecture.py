"""The rules that keep the parts apart, checked on the source."""

import ast
import dataclasses
import importlib
import pkgutil
import re
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions

import pytest
from processes import ROOT

import index
import qa

HEAVY = {"torch", "transformers", "sentence_transformers", "gradio"}
ALL = sorted(path for package in ("index", "qa", "ui") for path in ROOT.glob(f"{package}/**/*.py"))
# What each room may not import. Rooms further down know nothing of those further up.
FORBIDDEN = {
    "index": ("qa", "ui"),
    "qa": ("ui", "qa.lab", "qa.evaluation", "qa.training"),
    "qa/reading": ("ui", "qa.lab", "qa.evaluation", "qa.training", "qa.answerer", "qa.api", "qa.opened"),
    "qa/lab": ("ui", "qa.evaluation", "qa.training"),
    "qa/evaluation": ("ui", "qa.training"),
    "qa/evaluation/robustness": ("ui",),  # it tries to break what all the others do
    "qa/training": ("ui", "qa.evaluation"),
    "ui": (),
}


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def room_of(path):
    return max((room for room in FORBIDDEN if name_of(path).startswith(f"{room}/")), key=len)


SERVING = [path for path in ALL if room_of(path) in ("index", "qa", "qa/reading")]


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
    assert {"index/encoder.py", "index/formats/pdf/__init__.py", "qa/api.py", "qa/reading/reader.py"} <= set(
        map(name_of, SERVING)
    )
    assert "qa/reading/reader.py" in importers("index")
    assert "ui/commands.py" in importers("qa")


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_imports_run_one_way(path):
    names = imports(ast.walk(tree_of(path)))
    assert [module for module in FORBIDDEN[room_of(path)] if is_among(module, names)] == []


def test_no_modules_import_one_another_in_a_circle():
    modules = {name_of(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in ALL}
    graph = {name: imports(ast.walk(tree_of(path))) & modules.keys() - {name} for name, path in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize(
    ("module", "owners"),
    [
        ("sentence_transformers", {"index/encoder_export.py"}),
        ("faiss", {"index/vectors/late_faiss.py"}),
        ("pymilvus", {"index/vectors/milvus_server.py"}),
        ("onnxruntime", {"index/runtime.py", "qa/training/int8_export.py"}),
        ("openvino", {"index/runtime.py"}),
        ("pypdfium2", {f"index/formats/pdf/{name}.py" for name in ("__init__", "aside", "boxes", "drawing", "pages")}),
        ("lxml", {"index/formats/packages.py"}),
        ("selectolax", {"index/formats/html/__init__.py"}),
        ("docutils", {f"index/formats/rst/{name}.py" for name in ("__init__", "bounded", "unknown")}),
        ("pylatexenc", {f"index/formats/tex/{name}.py" for name in ("inline", "macros", "writer")}),
        ("markdown_it", {"index/formats/markdown/__init__.py", "index/formats/markdown/inline.py"}),
        ("huggingface_hub", {"index/model_names.py"}),
        ("ray", {"index/bulk.py"}),
        ("watchfiles", {"ui/web/watching.py"}),
    ],
)
def test_a_library_that_might_be_exchanged_has_one_importer(module, owners):
    # Run other people's systems, and make plain dumps of files, to compare with.
    names = (
        "peer_systems", "real_files_dumps", "real_files_dumps_pages", "page_marks_judges", "vector_types",
        "robustness/milvus_kills",
    )  # fmt: skip
    others = {f"qa/evaluation/{name}.py" for name in names}
    assert importers(module) - others == owners


@pytest.mark.parametrize("path", SERVING, ids=name_of)
def test_heavy_libraries_are_imported_only_inside_functions(path):
    tree = tree_of(path)
    inside = {id(n) for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) for n in ast.walk(f)}
    outside = imports(node for node in ast.walk(tree) if id(node) not in inside)
    assert [module for module in HEAVY if is_among(module, outside)] == []


def test_every_library_that_is_imported_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = {
        plain(line)
        for line in [
            *project["dependencies"],
            *(line for extra in ("cluster", "evaluation", "mcp", "milvus", "peers") for line in extras[extra]),
        ]
    }
    names = {name.split(".")[0] for path in ALL for name in imports(ast.walk(tree_of(path)))}
    others = names - sys.stdlib_module_names - {"index", "qa", "ui"}
    known = packages_distributions()
    missing = {name for name in others if not {plain(one) for one in known.get(name, [name])} & declared}
    assert missing <= {"haystack", "haystack_integrations"}  # distributions that are named otherwise, if not installed


def plain(requirement):
    return re.split(r"[<>=!\[; ]", requirement)[0].lower().replace("_", "-")


def calls(path, name):
    return [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call) and is_name(node.func, name)]


def is_name(node, name):
    return isinstance(node, ast.Name) and node.id == name


@pytest.mark.parametrize("path", SERVING, ids=name_of)
def test_only_commands_print(path):
    assert calls(path, "print") == []


def test_every_command_reads_its_options_with_the_parser_that_tells_where_help_cannot_be_written():
    """argparse passes over it, so that the command ends as if all were well."""
    calls_of_it = [
        name_of(path)
        for path in ALL
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and "ArgumentParser" in ast.dump(node.func)
    ]
    assert calls_of_it == []


def test_what_goes_wrong_is_told_at_one_edge():
    ladders = [
        name_of(path)
        for path in ALL
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ExceptHandler) and node.type is not None and "KeyboardInterrupt" in ast.dump(node.type)
    ]
    # The first one hands it on through SQLite, the last one imports the edge.
    assert ladders == ["index/checksums.py", "qa/edge.py", "ui/cli.py"]


def test_files_are_replaced_in_one_place():
    """Whatever is written beside its place and moved there goes through index/files.py."""
    movers = {
        name_of(path)
        for path in ALL
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("replace", "rename")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "os"
    }
    assert movers == {"index/files.py"}


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


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_every_module_says_what_it_is_for(path):
    assert ast.get_docstring(tree_of(path))


def test_no_two_classes_share_a_name():
    """One name for one idea."""
    places = {}
    for path in ALL:
        for node in tree_of(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(name_of(path))
    assert {name: paths for name, paths in places.items() if len(paths) > 1} == {}

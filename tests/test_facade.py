"""The one name that people import."""

import json
import re
import tomllib
from importlib.metadata import version
from importlib.resources import files

import quotewise
from processes import ROOT, run_python

import qa
from qa.answerer import VERSION


def test_the_facade_offers_what_people_need():
    assert set(quotewise.__all__) == {
        "Answer", "Answerer", "Citation", "Collection", "Conversation", "EvidenceLog", "QuotewiseError", "__version__",
        "ask", "open_published", "verify",
    }  # fmt: skip
    assert all(getattr(quotewise, name) is getattr(qa, name) for name in qa.__all__)


def test_the_version_is_the_packages_and_the_changelogs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert quotewise.__version__ == VERSION == version("quotewise") == project["version"]
    assert re.search(r"^## (\S+)", changelog, flags=re.MULTILINE)[1] == project["version"]


def test_it_is_typed():
    for package in ("quotewise", "index", "qa", "ui"):
        assert (files(package) / "py.typed").is_file()


def test_it_is_found_from_a_folder_that_has_a_qa_of_its_own(tmp_path):
    (tmp_path / "qa.py").write_text("raise SystemExit('the wrong one')", "utf-8")
    code = (
        "import os, subprocess, sys, json; from pathlib import Path; os.chdir(sys.argv[1]); "
        "command = Path(sys.executable).with_name('quotewise'); "
        "done = subprocess.run([command, '--version'], capture_output=True, text=True); "
        "print(json.dumps([done.returncode, done.stdout, done.stderr]))"
    )
    returned, out, _ = json.loads(run_python(code, tmp_path))
    assert (returned, out.split()[-1]) == (0, quotewise.__version__)

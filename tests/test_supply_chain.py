"""What comes from elsewhere: each package by version, hash and licence."""

import re
import tomllib

from licences import ROOT, licences, listed, locked

HASHED = re.compile(
    r"^([A-Za-z0-9_.-]+)==(\S+?)(?: ; .*)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_package_but_torch_is_known_by_hash_at_the_version_of_the_lock():
    hashed = HASHED.findall((ROOT / ".requirements.hashes").read_text("utf-8") + "\n")
    versions = {plain(name): version for name, version in locked().items()}
    assert versions.pop("torch") == "2.13.0"
    assert {plain(name): version for name, version, _ in hashed} == versions
    assert all(hashes for _, _, hashes in hashed)


def test_what_the_project_needs_is_in_the_lock():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["evaluation"], *extras["mcp"], *extras["test"]]
    names = {plain(re.split(r"[<>=!\[; ]", one)[0]) for one in needed}
    assert names <= {plain(name) for name in locked()}


def test_make_installs_by_hash():
    assert "--require-hashes --no-deps -r .requirements.hashes" in (ROOT / "Makefile").read_text("utf-8")


def test_the_licence_of_every_package_is_listed():
    installed = licences()
    assert len(installed) > 50
    assert {name: listed().get(name) for name in installed} == installed, "write them with: python tests/licences.py"
    assert set(listed()) <= set(locked())

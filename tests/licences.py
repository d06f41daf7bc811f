"""The licences of the packages that are installed beside Quotewise, as their own metadata tell them.

`python tests/licences.py` writes them into NOTICE.
"""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOTICE = ROOT / "NOTICE"
HEADING = "The packages of .requirements.lock, with the licences that their metadata state:\n\n"
LONGEST = 60  # characters; what is longer is the text of a licence, not its name


def locked() -> dict[str, str]:
    """The packages of the lock by name, with their versions."""
    lines = (ROOT / ".requirements.lock").read_text("utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def licence_of(package: Distribution) -> str:
    """What a package says of its licence: the expression, the classifiers, or the older field."""
    told = package.metadata
    classified = [one.split(" :: ")[-1] for one in told.get_all("Classifier", []) if one.startswith("License :: ")]
    stated = (told["License"] or "").strip().split("\n")[0]
    by_field = stated if len(stated) <= LONGEST else ""
    return told["License-Expression"] or ", ".join(classified) or by_field or "see the package"


def licences() -> dict[str, str]:
    """The licences of those packages that are installed here."""
    found = {}
    for name in locked():
        try:
            found[name] = licence_of(distribution(name))
        except PackageNotFoundError:  # of another system
            continue
    return found


def listed() -> dict[str, str]:
    """The licences in NOTICE."""
    _, _, table = NOTICE.read_text("utf-8").partition(HEADING)
    return dict(re.findall(r"^- ([^:\n]+): (.+)$", table, re.MULTILINE))


if __name__ == "__main__":
    before, _, _ = NOTICE.read_text("utf-8").partition(HEADING)
    table = "".join(f"- {name}: {licence}\n" for name, licence in sorted({**listed(), **licences()}.items(), key=str))
    NOTICE.write_text(f"{before.rstrip()}\n\n{HEADING}{table}", "utf-8")

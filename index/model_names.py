"""Names of models that people give: folders, names on a model hub, and names that are misspelt."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from index.errors import ModelError, reason_of


def local_folder(name: str | Path) -> str | None:
    """The absolute path of the folder of this name, or None where there is none. Raises ModelError for a path that
    nothing can lie at."""
    if not str(name).strip():
        raise ModelError("An empty name was given for a model: leave it out for the usual one.")
    try:
        path = Path(name).expanduser()
        return str(path.resolve()) if path.is_dir() else None
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: no such user
        raise ModelError(f"{str(name)!r} cannot be looked up ({reason_of(error)}): check the path.") from error


def is_downloaded(name: str, organisation: str = "") -> bool:
    """Whether the model hub's cache on this machine holds the model; `organisation` is tried for a bare name."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    names = [name] if "/" in name or not organisation else [name, f"{organisation}/{name}"]
    try:
        return any(isinstance(try_to_load_from_cache(one, "config.json"), str) for one in names)
    except (HFValidationError, ValueError):  # a name that no model can have
        return False


def unknown_model(kind: str, name: str, known: Iterable[str]) -> str:
    """The sentence that says that there is no such model here, with the nearest of the names that are known."""
    from difflib import get_close_matches

    near = get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6)
    meant = f" (did you mean {near[0]!r})" if near else ""
    return (
        f"There is no {kind} {name!r} on this machine{meant}: give a local folder or the name of a downloaded model, "
        "or allow it to be fetched from the model hub with --download."
    )

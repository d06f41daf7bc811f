"""What the tests share. All that Quotewise makes goes to one temporary folder, so the encoder is exported once."""

import os
import shutil
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"  # read when huggingface_hub is imported, so it must stand before that

import pytest
from browser import open_browser
from hypothesis import settings
from page import opened
from tokenizers import Tokenizer
from training import TINY, tiny_tokenizer

from index.collection import Collection
from index.encoder_catalog import open_encoder
from index.hashes import HASHES
from qa.reading.catalog import reader_folder
from qa.reading.reader import SHIPPED_READER, OnnxReader
from qa.seeds import seed_files

# The same examples in every run, no time limits: a busy machine is no failure.
settings.register_profile("quotewise", deadline=None, derandomize=True, database=None)
settings.load_profile("quotewise")


@pytest.fixture(scope="session", autouse=True)
def quotewise_home(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("QUOTEWISE_HOME", str(folder))
        patch.setenv("QUOTEWISE_OCR_LANGUAGES", "none")  # which takes seconds: tests/test_ocr.py has it back
        yield folder


@pytest.fixture(scope="session")
def encoder(quotewise_home):
    return open_encoder()


@pytest.fixture(scope="session")
def reader():
    return OnnxReader(SHIPPED_READER)


@pytest.fixture(scope="session")
def seed_text():
    [path] = seed_files()
    return path.read_text("utf-8")


@pytest.fixture(scope="session")
def fixtures():
    return Path(__file__).parent / "fixtures"


@pytest.fixture
def collection(tmp_path, encoder):
    with Collection(tmp_path / "collection", encoder) as opened:
        yield opened


@pytest.fixture(scope="session")
def tiny_encoder_folder(tmp_path_factory):
    """A random sentence-transformers model of one layer, with prompts: another encoder, quick to export."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    base = tmp_path_factory.mktemp("bert")
    tokenizer = tiny_tokenizer(base)
    config = BertConfig(vocab_size=len(tokenizer), **TINY)
    BertModel(config).save_pretrained(base)
    transformer = Transformer(str(base), max_seq_length=64)
    prompts = {"query": "query: ", "document": "passage: "}
    model = SentenceTransformer(modules=[transformer, Pooling(32)], prompts=prompts, device="cpu")
    folder = tmp_path_factory.mktemp("tiny") / "tiny-encoder"
    model.save(str(folder))
    return folder


@pytest.fixture(scope="session")
def tiny_encoder(tiny_encoder_folder):
    return open_encoder(str(tiny_encoder_folder))


@pytest.fixture(scope="session")
def tiny_reader_folder(tmp_path_factory):
    """A transformers question-answering checkpoint of one random layer."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("reader") / "tiny-reader"
    tokenizer = tiny_tokenizer(folder)
    config = BertConfig(vocab_size=len(tokenizer), **TINY)
    model = BertForQuestionAnswering(config)
    torch.nn.init.normal_(model.qa_outputs.weight)  # the usual 0.02 leaves all logits nearly the same
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def joint_folder(tiny_checkpoint, tmp_path):
    """Another reader, with the shipped one's tokenizer, which gives a quarter of each logit to the shipped one."""
    folder = tmp_path / "joint"
    shutil.copytree(reader_folder(tiny_checkpoint), folder)
    shutil.copyfile(SHIPPED_READER / "tokenizer.json", folder / "tokenizer.json")
    (folder / "reader.json").write_text('{"shipped_share": 0.25}', "utf-8")
    (folder / HASHES).unlink()  # of another tokenizer
    return folder


@pytest.fixture(scope="session")
def tokenizer():
    return Tokenizer.from_file(str(SHIPPED_READER / "tokenizer.json"))


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory):
    """A transformers question-answering checkpoint of two random layers, quick to train."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("tiny")
    config = BertConfig(**TINY | {"num_hidden_layers": 2})
    BertForQuestionAnswering(config).save_pretrained(folder)
    tiny_tokenizer(folder)
    return folder


@pytest.fixture(scope="session")
def exports(tmp_path_factory):
    """A checkpoint and its exports, large enough that the feed-forward tables are stored in int8 as well."""
    import torch
    from transformers import BertConfig, BertForQuestionAnswering

    from qa.training.int8_export import export_reader

    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("exports")
    config = BertConfig(hidden_size=192, num_hidden_layers=1, num_attention_heads=2, intermediate_size=768)
    model = BertForQuestionAnswering(config)
    for parameter in model.parameters():
        if parameter.ndim == 1:  # new biases are all zero, and an export keeps just one of equal tables
            torch.nn.init.normal_(parameter, parameter.mean().item(), 0.02)
    model.save_pretrained(folder / "model")
    tiny_tokenizer(folder / "model")
    for name, int8 in (("float", False), ("int8", True)):
        export_reader(folder / "model", folder / name, int8=int8)
    with pytest.MonkeyPatch.context() as patch:  # as a wide model, of which tests would take long
        patch.setattr("qa.training.int8_export.WIDE", config.hidden_size)
        export_reader(folder / "model", folder / "stored")
    return folder


@pytest.fixture(scope="module")
def browser():
    """A Chromium for the tests of a module. Its event loop runs in this thread, so no other module's may."""
    with open_browser() as browser:
        yield browser


@pytest.fixture
def page(browser, address):
    """A tab with the page at a module's `address`."""
    with opened(browser, address) as page:
        yield page

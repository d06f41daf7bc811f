"""What the file system may do to a command."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from messages import is_one_sentence
from processes import ROOT

from index import files
from index.child import child_environment
from index.collection import Collection
from index.encoder import MODEL, OnnxEncoder
from index.encoder_catalog import export_folder
from index.errors import ModelError
from index.files import ABANDONED_SECONDS, replace_file
from index.hashes import write_hashes
from index.loaders import find_files, has_changed, load_file
from qa.api import ask
from qa.confidence import CALIBRATION_FILE
from qa.reading.reader import SETTINGS, SHIPPED_READER, SHIPPED_SHA256, TOKENIZER, OnnxReader
from ui.cli import main

AS_NOBODY = """
import os, sys
from index.hashes import write_hashes
from index.loaders import find_files
os.setgid(65534)
os.setuid(65534)
found = find_files(sys.argv[1:])
print([str(file) for file in found.files], [one.reason for one in found.unlisted])
"""


@pytest.fixture
def folder(tmp_path):
    place = (tmp_path / "papers").resolve()
    (place / "old").mkdir(parents=True)
    (place / "a.txt").write_text("The ferry leaves at nine.\n", "utf-8")
    (place / "old" / "b.txt").write_text("The lamp burns oil.\n", "utf-8")
    return place


def test_a_folder_that_may_not_be_looked_at_is_told_and_the_rest_is_read(folder, tmp_path):
    for place in (folder, *folder.parents):
        if tmp_path.parents[2] in (place, *place.parents):  # of a worker beside others, it lies one folder deeper
            place.chmod(0o755)
    (folder / "old").chmod(0)
    try:
        if os.geteuid():
            found = find_files([folder])
            said = f"{[str(file) for file in found.files]} {[one.reason for one in found.unlisted]}\n"
        else:  # nothing is forbidden to root
            command = [sys.executable, "-c", AS_NOBODY, str(folder)]
            done = subprocess.run(command, env=child_environment(), capture_output=True, text=True, check=True)
            said = done.stdout
    finally:
        (folder / "old").chmod(0o755)
    reason = f"{folder / 'old'} cannot be looked at (Permission denied): check its permissions."
    assert said == f"{[str(folder / 'a.txt')]} {[reason]}\n"


def test_a_folder_that_goes_away_while_it_is_searched_is_no_error(tmp_path):
    for number in range(30):
        place = tmp_path / "many"
        for sub in range(40):
            (place / str(sub)).mkdir(parents=True)
            (place / str(sub) / "a.txt").touch()
        remover = threading.Thread(target=shutil.rmtree, args=[place])
        remover.start()
        time.sleep(number / 30_000)
        if place.is_dir():
            found = find_files([tmp_path])
            assert len(found.files) <= 40 and not found.unlisted
        remover.join()


def test_a_file_that_was_changed_to_one_of_equal_size_and_time_is_noticed(folder, encoder, tmp_path):
    path = folder / "a.txt"
    document = load_file(path)
    assert not has_changed(document)
    assert ask("When does the ferry leave?", folder).text == "nine"
    before = path.stat()
    path.write_text("The ferry leaves at four.\n", "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == document.modified_ns and path.stat().st_size == document.size
    if path.stat().st_ctime_ns - before.st_mtime_ns > 20_000_000:
        assert has_changed(document)
    assert ask("When does the ferry leave?", folder).text == "four"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_output_that_finds_no_room_is_one_sentence(folder, tmp_path):
    command = [sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())"]
    environment = child_environment()
    place = ["--collection", str(tmp_path / "c")]
    subprocess.run([*command, "index", str(folder), *place], env=environment, cwd=ROOT, check=True, capture_output=True)
    with open("/dev/full", "w") as full:
        listing = [*command, "list", *place]
        done = subprocess.run(listing, env=environment, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, is_one_sentence(done.stderr.strip())) == (1, True)
    assert "No space left on device" in done.stderr


@pytest.fixture
def reader_folder(tmp_path):
    shutil.copytree(SHIPPED_READER, tmp_path / "reader")
    return tmp_path / "reader"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        (CALIBRATION_FILE, {"bias": float("nan")}),
        (CALIBRATION_FILE, {"threshold": 7}),
        (SETTINGS, {"max_tokens": 5}),
        (SETTINGS, {"max_tokens": 384.5}),
        (SETTINGS, {"stride": "many"}),
        (SETTINGS, {"shipped_share": float("nan")}),
    ],
)
def test_impossible_settings_of_a_reader_are_one_sentence(reader_folder, name, change):
    path = reader_folder / name
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | change), "utf-8")
    with pytest.raises(ModelError, match="is damaged") as caught:
        OnnxReader(reader_folder)
    assert is_one_sentence(str(caught.value))


def test_the_hashes_of_the_shipped_reader_are_those_of_its_files():
    assert {name: files.file_sha256(SHIPPED_READER / name) for name in SHIPPED_SHA256} == SHIPPED_SHA256


@pytest.mark.parametrize("name", [MODEL, TOKENIZER])
def test_a_flipped_bit_in_an_exported_encoder_is_noticed(encoder, tmp_path, name):
    folder = tmp_path / "encoder"
    shutil.copytree(export_folder("all-MiniLM-L6-v2"), folder)
    OnnxEncoder(folder)
    OnnxEncoder(folder)  # which trusts what the first one has found
    with open(folder / name, "r+b") as file:
        file.seek(-3000, os.SEEK_END)
        [byte] = file.read(1)
        file.seek(-3000, os.SEEK_END)
        file.write(bytes([byte ^ 1]))
    with pytest.raises(ModelError, match="damaged") as caught:
        OnnxEncoder(folder)
    assert is_one_sentence(str(caught.value))


def test_a_flipped_bit_in_the_weights_of_a_reader_is_noticed(reader_folder):
    write_hashes(reader_folder, (MODEL, TOKENIZER))
    OnnxReader(reader_folder)
    with open(reader_folder / MODEL, "r+b") as file:
        file.seek(5_000_000)
        [byte] = file.read(1)
        file.seek(5_000_000)
        file.write(bytes([byte ^ 64]))
    with pytest.raises(ModelError, match="damaged"):
        OnnxReader(reader_folder)


def test_what_killed_processes_left_is_taken_away_and_what_is_young_stays(tmp_path, folder, encoder):
    with Collection(tmp_path / "c", encoder) as collection:
        left = [
            tmp_path / "c" / name for name in (".collection.sqlite.0123456789ab.tmp", ".repair.0123.tmp", ".x.1.tmp")
        ]
        left[0].write_text("half", "utf-8")
        left[1].mkdir()
        left[2].write_text("of a process that is at it", "utf-8")
        long_ago = time.time() - ABANDONED_SECONDS - 60
        for path in left[:2]:
            os.utime(path, (long_ago, long_ago))
        collection.add([folder])
        assert [path.exists() for path in left] == [False, False, True]
        os.utime(left[2], (long_ago, long_ago))
        replace_file(tmp_path / "c" / "another", "file")
        assert not left[2].exists()


def test_what_cannot_be_removed_by_an_interrupted_command_is_told_when_it_is_repeated(folder, tmp_path, capsys):
    at = ["--collection", str(tmp_path / "c")]
    assert main(["index", str(folder), *at]) == 0
    assert main(["remove", "a.txt", "nowhere.txt", "b.txt", *at]) == 1
    said = capsys.readouterr()
    assert said.out.count("Removed") == 2 and said.err.endswith(
        "nowhere.txt is not in the collection: 'quotewise list' shows what is.\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize("module", ["ui.cli", "qa.training", "qa.evaluation", "qa.evaluation.robustness.kills"])
def test_help_that_finds_no_room_is_one_sentence(module, unbuffered):
    code = "import runpy, sys; sys.argv[1:] = ['--help']; "
    code += (
        "from ui.cli import main; sys.exit(main())"
        if module == "ui.cli"
        else f"runpy.run_module({module!r}, run_name='__main__')"
    )
    environment = child_environment() | {"PYTHONUNBUFFERED": unbuffered}
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert (done.returncode, is_one_sentence(done.stderr.strip())) == (1, True), done.stderr
    assert "No space left on device" in done.stderr

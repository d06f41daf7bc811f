import shutil
import threading

import pytest
from messages import is_one_sentence
from processes import run_python

from index.collection import Collection
from index.errors import DocumentError, QuotewiseError
from qa import opened
from qa.api import ask
from qa.opened import Kept, kept_reader, open_documents
from qa.questions import QuestionError
from qa.reading import catalog
from qa.reading.export import export_checkpoint
from qa.seeds import seed_files

LIGHTHOUSE = "The lighthouse was built in 1871 by Marta Lind."
HARBOUR = "The harbour master is Ines Calder."
WHO_BUILT = "Who built the lighthouse?"


@pytest.fixture
def folder(tmp_path):
    place = (tmp_path / "papers").resolve()
    (place / "old").mkdir(parents=True)
    (place / "harbour.txt").write_text(HARBOUR, "utf-8")
    (place / "old" / "lighthouse.txt").write_text(LIGHTHOUSE, "utf-8")
    return place


@pytest.fixture
def new_process(monkeypatch):
    """Forget what is open, as a new process would."""
    return lambda: monkeypatch.setattr(opened, "_collections", Kept(opened.MOST_COLLECTIONS))


def sources(documents):
    return [summary.source for summary in open_documents(documents).documents()]


def refusal(*arguments, **options):
    with pytest.raises(QuotewiseError) as caught:
        ask(*arguments, **options)
    assert is_one_sentence(str(caught.value))
    return str(caught.value)


def test_by_default_the_seed_text_answers():
    answer = ask("Who is the Kremlin spokesman?")
    assert (answer.status, answer.text) == ("answered", "Dmitry Peskov")
    assert answer.citations[0].source == str(seed_files()[0].resolve())


def test_a_file_answers(folder):
    answer = ask(WHO_BUILT, folder / "old" / "lighthouse.txt", threshold=0.0)
    assert answer.citations[0].sentence == LIGHTHOUSE
    assert answer.searched.documents == 1


def test_a_folder_answers_given_as_path_or_text(folder):
    answer = ask(WHO_BUILT, folder, threshold=0.0)
    assert answer.citations[0].sentence == LIGHTHOUSE
    assert answer.searched.documents == 2
    assert ask(WHO_BUILT, str(folder), threshold=0.0).citations == answer.citations


def test_several_paths_answer_together(folder, fixtures):
    paths = (path for path in [folder / "harbour.txt", fixtures / "garden.md", fixtures / "lighthouse.pdf"])
    answer = ask("How much oil does the lamp burn a night?", paths, threshold=0.0)
    assert answer.searched.documents == 3
    assert answer.citations[0].page == 2


def test_an_open_collection_answers(collection):
    collection.add(seed_files())
    assert ask("Who is the Kremlin spokesman?", collection).text == "Dmitry Peskov"


def test_only_the_documents_that_were_given_answer(folder):
    ask(WHO_BUILT, folder)
    answer = ask(WHO_BUILT, folder / "harbour.txt", threshold=0.0)
    assert {citation.passage for citation in [*answer.citations, *answer.alternatives]} == {HARBOUR}


def test_a_changed_file_is_read_again(folder):
    ask(WHO_BUILT, folder)
    (folder / "old" / "lighthouse.txt").write_text("The lighthouse was built in 1920 by Paul Storm.", "utf-8")
    answer = ask(WHO_BUILT, folder, threshold=0.0)
    assert answer.citations[0].sentence == "The lighthouse was built in 1920 by Paul Storm."
    assert answer.searched.documents == 2


def test_a_new_file_is_read_and_a_removed_one_dropped(folder):
    ask(WHO_BUILT, folder)
    (folder / "new.md").write_text("Bread needs flour.", "utf-8")
    (folder / "harbour.txt").unlink()
    ask(WHO_BUILT, folder)
    assert sources(folder) == [str(folder / "new.md"), str(folder / "old" / "lighthouse.txt")]


def test_unchanged_files_are_not_indexed_again(folder, new_process):
    told = []
    ask(WHO_BUILT, folder, progress=lambda *step: told.append(step))
    assert len(told) == 3
    ask(WHO_BUILT, folder, progress=lambda *step: told.append(step))
    assert len(told) == 3
    before = open_documents(folder).search_dense(WHO_BUILT, 5)
    new_process()
    assert open_documents(folder).search_dense(WHO_BUILT, 5) == before  # with the same passage ids


def test_what_was_removed_while_nobody_looked_is_dropped(folder, new_process):
    ask(WHO_BUILT, folder)
    new_process()
    (folder / "harbour.txt").unlink()
    assert sources(folder) == [str(folder / "old" / "lighthouse.txt")]


def test_a_folder_emptied_while_nobody_looked_is_refused(folder, new_process):
    ask(WHO_BUILT, folder)
    new_process()
    shutil.rmtree(folder / "old")
    (folder / "harbour.txt").unlink()
    assert "no readable document" in refusal(WHO_BUILT, folder)


def test_a_file_that_comes_back_is_read_again(folder, tmp_path):
    path = folder / "old" / "lighthouse.txt"
    ask(WHO_BUILT, path)
    ask(WHO_BUILT, folder)
    for documents in (path, folder):
        empty = tmp_path / "away"
        shutil.move(folder, empty)
        folder.mkdir()
        refusal(WHO_BUILT, documents)
        folder.rmdir()
        shutil.move(empty, folder)  # with the times it had
        assert ask(WHO_BUILT, documents, threshold=0.0).citations[0].sentence == LIGHTHOUSE


def test_a_named_file_that_cannot_be_read_is_refused(folder):
    (folder / "empty.txt").touch()
    assert "empty.txt is empty" in refusal(WHO_BUILT, folder / "empty.txt")
    assert "empty.txt is empty" in refusal(WHO_BUILT, [folder / "harbour.txt", folder / "empty.txt"])


def test_a_bad_file_among_a_folders_others_is_passed_over(folder):
    (folder / "empty.txt").touch()
    assert ask(WHO_BUILT, folder, threshold=0.0).searched.documents == 2


def test_a_folder_of_bad_files_is_refused(tmp_path):
    (tmp_path / "empty.txt").touch()
    assert "empty.txt is empty" in refusal(WHO_BUILT, tmp_path)


def test_a_file_that_goes_bad_is_not_answered_from_its_old_text(folder):
    path = folder / "harbour.txt"
    ask(WHO_BUILT, folder)
    path.write_bytes(b"")
    ask(WHO_BUILT, folder)
    assert sources(folder) == [str(folder / "old" / "lighthouse.txt")]


def test_missing_documents_are_refused(tmp_path):
    assert "no file or folder" in refusal(WHO_BUILT, tmp_path / "none.txt")
    assert "no readable document" in refusal(WHO_BUILT, tmp_path)
    assert "No documents" in refusal(WHO_BUILT, [])
    with pytest.raises(DocumentError):
        ask(WHO_BUILT, tmp_path / "none.txt")


def test_a_bad_question_is_refused_before_any_document_is_touched(tmp_path):
    for question in ("", " ", "x" * 10_000):
        with pytest.raises(QuestionError):
            ask(question, tmp_path / "none.txt")


@pytest.mark.parametrize("wrong", [{"threshold": 2.0}, {"threshold": -1.0}, {"passages": 0}])
def test_values_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        ask(WHO_BUILT, **wrong)


def test_the_number_of_passages_and_the_threshold_are_passed_on(collection):
    collection.add(seed_files())
    question = "Who is the Kremlin spokesman?"
    assert ask(question, collection, threshold=1.0).status == "unsure"
    few = ask(question, collection, threshold=0.0, passages=1)
    assert len({c.passage_start for c in [*few.citations, *few.alternatives]}) == 1


def test_another_encoder_and_reader_are_used(folder, tiny_encoder_folder, tiny_reader_folder):
    with_others = ask(WHO_BUILT, folder, encoder=str(tiny_encoder_folder), reader=tiny_reader_folder)
    assert with_others.searched.documents == 2
    assert open_documents(folder, str(tiny_encoder_folder)).encoder.card.dimension == 32
    assert open_documents(folder).encoder.card.dimension == 384


def test_collections_are_kept_at_home(folder, quotewise_home):
    open_documents(folder)
    kept = opened._collections._values.values()
    assert (quotewise_home / "opened").resolve() in {one.collection.folder.parent for one in kept}


def test_on_indexed_documents_a_question_needs_no_torch(folder):
    expected = ask(WHO_BUILT, folder, threshold=0.0)
    code = (
        "import sys; from qa import ask; answer = ask(sys.argv[1], sys.argv[2], threshold=0.0); "
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'nupunkt', 'gradio'}; "
        "print(sorted(heavy & set(sys.modules)), answer.text)"
    )
    assert run_python(code, WHO_BUILT, folder) == f"[] {expected.text}"


def test_an_open_collection_is_used_as_it_is(tmp_path, encoder, folder):
    with Collection(tmp_path / "own", encoder) as collection:
        collection.add([folder])
        (folder / "harbour.txt").unlink()
        assert ask(WHO_BUILT, collection).searched.documents == 2


def test_many_sets_of_files_share_an_encoder_and_the_oldest_give_way(tmp_path, monkeypatch):
    monkeypatch.setattr(opened, "_collections", Kept(2))
    scopes = []
    for number in range(3):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Boat {number} lies at berth {number}.", "utf-8")
        scopes.append(open_documents(path))
    assert len({id(scope.encoder) for scope in scopes}) == 1
    assert len(opened._collections) == 2
    assert open_documents(tmp_path / "2.txt")._collection is scopes[2]._collection
    assert open_documents(tmp_path / "0.txt")._collection is not scopes[0]._collection
    assert len(scopes[0].documents()) == 1  # whoever still has it can use it


def test_threads_that_want_a_new_reader_have_it_exported_once(tiny_reader_folder, tmp_path, monkeypatch):
    folder = tmp_path / "reader-of-threads"
    shutil.copytree(tiny_reader_folder, folder)
    exported = []
    export = catalog.run_in_child
    monkeypatch.setattr(catalog, "run_in_child", lambda *given: exported.append(given) or export(*given))
    found = []
    threads = [threading.Thread(target=lambda: found.append(kept_reader(str(folder)))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(exported) == 1
    assert len(set(map(id, found))) == 1


def test_a_reader_that_another_process_exported_meanwhile_is_used(tiny_reader_folder, tmp_path):
    for _ in range(2):
        export_checkpoint(str(tiny_reader_folder), str(tmp_path / "export"))
    assert [path.name for path in tmp_path.iterdir()] == ["export"]


def test_a_part_of_the_documents_is_asked(folder):
    answer = ask(WHO_BUILT, folder, within="harbour.txt", threshold=0.0)
    assert answer.searched.documents == 1
    assert answer.citations[0].sentence == HARBOUR
    assert ask(WHO_BUILT, folder, within=["*.txt", folder / "old"], threshold=0.0).searched.documents == 2
    assert "not in the collection" in refusal(WHO_BUILT, folder, within="*.pdf")


def test_a_slow_question_keeps_no_other_waiting(folder, tmp_path):
    slow, quick, started = tmp_path / "slow", tmp_path / "quick", threading.Event()
    for place in (slow, quick):
        shutil.copytree(folder, place)
    ask(WHO_BUILT, quick)
    go_on = threading.Event()

    def wait(done, total, path):
        started.set()
        assert go_on.wait(60)

    thread = threading.Thread(target=lambda: ask(WHO_BUILT, slow, progress=wait))
    thread.start()
    assert started.wait(60)
    assert ask(WHO_BUILT, quick, threshold=0.0).citations[0].sentence == LIGHTHOUSE  # while the other one waits
    go_on.set()
    thread.join()


def test_what_is_kept_is_made_once_and_the_oldest_goes():
    kept, made = Kept(2), []

    def make(name):
        return kept.get(name, lambda: made.append(name) or name.upper())

    assert [make(name) for name in "abacab"] == list("ABACAB")
    assert made == list("abcb")  # "b" was asked longest ago when "c" came
    with pytest.raises(ZeroDivisionError):
        kept.get("x", lambda: 1 / 0)
    assert kept.get("x", lambda: "X") == "X"
    assert len(kept) == 2


def test_what_is_opened_cannot_be_closed_from_outside(folder):
    assert not hasattr(open_documents(folder), "close")


@pytest.mark.parametrize("name", ["acurate", "~nosuchuser/x", "", "nobody/no-such-reader"])
def test_a_reader_that_is_not_there_is_one_sentence_and_asks_nobody(folder, name, monkeypatch):
    monkeypatch.setattr(catalog, "run_in_child", lambda *given: pytest.fail("a hub would be asked"))
    message = refusal(WHO_BUILT, folder, reader=name)
    assert name != "acurate" or "did you mean 'accurate'" in message


def test_a_home_that_cannot_be_written_to_is_one_sentence(folder, tmp_path):
    (tmp_path / "file").touch()
    code = (
        "import sys; from qa import ask; from index.errors import QuotewiseError\n"
        "try: ask('Who?', sys.argv[1])\n"
        "except QuotewiseError as error: print(error)"
    )
    said = run_python(code, folder, QUOTEWISE_HOME=str(tmp_path / "file" / "home"))
    assert is_one_sentence(said)

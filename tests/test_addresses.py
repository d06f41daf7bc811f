"""Addresses that a person gives: fetched once, kept as files, cited by the address."""

import gzip
import json
import socket
import threading
import time
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from homes import fresh_home
from libraries import settled
from messages import is_one_sentence
from webs import served_web

from index.addresses import fetching
from index.addresses.adding import fetched_file
from index.addresses.connections import is_public
from index.addresses.fetching import Fetched, fetch
from index.addresses.kinds import ENDINGS, ending_for, kept_bytes
from index.addresses.places import address_of, place_of, plain_address
from index.errors import CollectionError, DocumentError
from index.files import UPLOADS
from index.formats import FORMATS
from index.loaders import find_files
from qa.answerer import Answerer
from qa.evaluation.robustness.made_files import pdf_file, pdf_lines, zipped
from qa.verifying import verify
from ui.cli import main
from ui.own_collection import OwnDocuments, open_collection
from ui.terminal import where
from ui.web.intake import Intake
from ui.web.library import Library
from ui.web.removals import Removals
from ui.words import reference

RENT = "The rent is {} euros a month."
PAGE = "<html><head><title>The lease</title></head><body><h1>Rent</h1><p>{}</p><img src=/never.png></body></html>"
MANUAL = pdf_file(pdf_lines(["The pump is switched off by the red lever."]))


@pytest.fixture
def web():
    with served_web() as web:
        yield web


from_anywhere = partial(fetch, public_only=False)


def refused(address, **options):
    with pytest.raises(DocumentError) as caught:
        fetch(address, **{"public_only": False, **options})
    said = str(caught.value)
    assert is_one_sentence(said.replace("ADDRESS", "").replace(address, "it"))
    return said


@contextmanager
def library(fetch=from_anywhere):
    with OwnDocuments() as documents, Library(documents, fetch=fetch) as opened:
        yield opened


@pytest.mark.parametrize(
    ("given", "address"),
    [
        (" HTTPS://Example.ORG ", "https://example.org/"),
        ("http://a.org:8080/x?q=1#part", "http://a.org:8080/x?q=1"),
        ("https://a.org/über uns/ä%20b", "https://a.org/%C3%BCber%20uns/%C3%A4%20b"),
        ("https://müller.de/", "https://xn--mller-kva.de/"),
        ("http://[::1]:80/", "http://[::1]:80/"),
    ],
)
def test_an_address_is_asked_for_in_ascii(given, address):
    assert plain_address(given) == address


@pytest.mark.parametrize(
    "given",
    ["example.org", "ftp://a.org/x", "file:///etc/passwd", "https://", "http://a.org:x/", "http://a b/", "http://..a/",
     "https://anna:secret@a.org/", "https://a.org/" + "x" * 1000, "https://a.org/" + "ä" * 400],
)  # fmt: skip
def test_what_is_no_address_is_told(given):
    said = refused(given)
    assert "secret" not in said and len(said) < 400


@pytest.mark.parametrize(
    "address",
    ["https://example.org/", "https://a.org/b/c.html?q=%2F..&r=..", "http://a.org/" + "." * 700, "https://a.org/x.pdf",
     "https://a.org/" + "long" * 200 + ".html"],
)  # fmt: skip
def test_the_place_of_a_file_tells_its_address(address, tmp_path):
    place = tmp_path / UPLOADS / place_of(address, ".html")
    assert place.resolve().is_relative_to(tmp_path / UPLOADS)
    place.parent.mkdir(parents=True)
    place.write_text("It can be written.")
    assert address_of(str(place)) == address
    assert place.suffix == ".html"


def test_other_places_tell_no_address(tmp_path):
    quoted = "https%3A%2F%2Fa.org%2F"
    for place in (
        f"/x/addresses/{quoted}/a.html",
        "/uploads/addresses/a.html",
        "/uploads/addresses/ftp%3A%2F%2Fa/b.txt",
    ):
        assert address_of(place) == ""
    pretended = tmp_path / UPLOADS / "addresses" / quoted / "a.html"
    pretended.parent.mkdir(parents=True)
    pretended.write_text(RENT)
    assert find_files([tmp_path]).files == ()
    with pytest.raises(DocumentError, match="is an address and no file"):
        find_files(["https://a.org/"])


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_what_all_can_reach_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
     "255.255.255.255", "::1", "::", "fe80::1%eth0", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
     "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1"],
)  # fmt: skip
def test_what_lies_in_a_private_network_is_not(address):
    assert not is_public(address)


def test_only_public_addresses_are_fetched_for_others(web):
    address = web.put("/", RENT)
    for given in (address, address.replace("127.0.0.1", "localhost"), "http://2130706433/", "http://169.254.169.254/"):
        assert "in a private network" in refused(given, public_only=True)
    assert web.asked == []


def test_one_address_is_fetched_and_nothing_else(web):
    address = web.put("/lease", PAGE.format(RENT.format(900)))
    fetched = from_anywhere(address)
    assert (fetched.kind, fetched.final) == ("text/html", address) and b"900" in fetched.data
    assert web.asked == ["/lease"]


def test_a_few_redirects_are_followed_and_each_is_checked(web):
    end = web.put("/end", RENT)
    assert from_anywhere(web.put("/a", "x", status=302, Location="/b/../end")).final == end
    web.put("/round", "x", status=301, Location="/round")
    assert "leads on and on" in refused(web.at("/round"))
    assert web.asked.count("/round") == fetching.MOST_REDIRECTS + 1
    for elsewhere in ("file:///etc/passwd", "ftp://a.org/", "http://anna:secret@127.0.0.1/"):
        assert "passwd" not in refused(web.put("/c", "x", status=307, Location=elsewhere)).replace(elsewhere, "")
    web.put("/endless", iter([b"x" * 1000] * 10), status=302, Location="/end")  # nobody reads it
    assert from_anywhere(web.at("/endless")).final == end


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "There is nothing at"), (410, "There is nothing at"), (401, "without a login"), (403, "without a login"),
     (429, "try again later"), (503, "try again later"), (418, "is not given"), (204, "holds nothing"),
     (304, "is not given")],
)  # fmt: skip
def test_a_host_that_does_not_give_it_is_told(web, status, said):
    assert said in refused(web.put("/", b"", status=status))


def test_a_host_that_is_not_there_is_told():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "cannot be reached (Connection refused)" in refused(f"http://127.0.0.1:{port}/")
    assert "cannot be found" in refused("http://nowhere.invalid/")


def test_what_is_no_web_server_is_told(web):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        threading.Thread(target=lambda: server.accept()[0].sendall(b"SSH-2.0-OpenSSH\r\n"), daemon=True).start()
        assert "cannot be reached" in refused(f"http://127.0.0.1:{server.getsockname()[1]}/")
    assert "cannot be reached" in refused(web.at("/").replace("http:", "https:"))


def test_what_is_too_large_is_not_read_to_the_end(web, monkeypatch):
    monkeypatch.setattr(fetching, "LARGEST_FILE_BYTES", 300_000)
    assert "above the" in refused(web.put("/stated", b"x", Content_Length="400000"))
    assert "above the" in refused(web.put("/endless", iter(lambda: b"x" * 1000, b"")))
    assert "above the" in refused(web.put("/bomb", gzip.compress(b"x" * 400_000), Content_Encoding="gzip"))
    assert (
        len(from_anywhere(web.put("/packed", gzip.compress(b"x" * 300_000), Content_Encoding="gzip")).data) == 300_000
    )


def test_what_breaks_off_or_takes_too_long_is_told(web):
    assert "broke off" in refused(web.put("/half", b"half", Content_Length="100"))
    assert "broke off" in refused(web.put("/packed", gzip.compress(b"x" * 99)[:-9], Content_Encoding="gzip"))

    def slowly():
        for _ in range(100):
            time.sleep(0.02)
            yield b"x"

    began = time.monotonic()
    assert "took longer than" in refused(web.put("/slow", slowly()), seconds=0.2)
    assert time.monotonic() - began < 1.5


DOCX, OCTETS = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/octet-stream"
WORD = zipped({"word/document.xml": b"x"})


@pytest.mark.parametrize(
    ("path", "kind", "data", "ending"),
    [
        ("/", "text/html", b"<p>x", ".html"), ("/a.html", "application/xhtml+xml", b"<p>x", ".html"),
        ("/a", "application/pdf", MANUAL, ".pdf"), ("/a", DOCX, WORD, ".docx"), ("/a", OCTETS, WORD, ".docx"),
        ("/a.md", "text/plain", b"# x", ".md"), ("/a.html", "text/plain", b"<p>x", ".txt"),
        ("/a", "text/plain", b"x", ".txt"), ("/a.unknown", "text/x-unknown", b"x", ".txt"),
        ("/a.md", "", b"x", ".md"), ("/a", "", b" <!-- x --><!DOCTYPE html>", ".html"), ("/a", "", MANUAL, ".pdf"),
        ("/a", "", b"x", ".txt"), ("/a.pdf", "text/html", MANUAL, ".html"),
        ("/a.tar.gz", "application/gzip", b"x", ".tar.gz"),
        ("/a", "application/zip", zipped({"a": b""}), ".zip"), ("/a", OCTETS, zipped({"a": b""}), ".zip"),
    ],
)  # fmt: skip
def test_the_kind_is_what_the_host_the_address_or_the_bytes_tell(path, kind, data, ending):
    assert ending_for(Fetched(f"https://a.org{path}", data, kind)) == ending
    assert ending in FORMATS


def test_the_name_that_a_host_gives_tells_the_kind():
    assert ending_for(Fetched("https://a.org/get?id=7", b"x", OCTETS, file_name="lease.md")) == ".md"
    assert len(set(ENDINGS.values())) > 10


@pytest.mark.parametrize(
    ("path", "kind", "data", "said"),
    [
        ("/a.pdf", "text/html", b"<html><p>Log in", "leads to a web page and not to the .pdf file"),
        ("/a", "video/mp4", b"\0\0", r"kind that cannot be read \(video/mp4\)"),
        ("/a", "", b"\0\0\1", r"cannot be read \(unknown\)"),
        ("/a.txt", "audio/mpeg", b"ID3", "cannot be read"),
    ],
)
def test_a_kind_that_cannot_be_read_is_told(path, kind, data, said):
    with pytest.raises(DocumentError, match=said) as caught:
        ending_for(Fetched(f"https://a.org{path}", data, kind))
    assert is_one_sentence(str(caught.value).replace("https://a.org/a", ""))


def test_a_login_in_place_of_a_page_is_told():
    login = Fetched("https://a.org/a", b"<form><input name=p type=password>", "text/html", final="https://a.org/login")
    with pytest.raises(DocumentError, match="leads to a login"):
        ending_for(login)
    assert ending_for(Fetched("https://a.org/a", login.data, "text/html", final="https://a.org/a")) == ".html"


def test_the_encoding_that_a_host_tells_counts():
    text = "Łódź, 5 µm"
    page = f"<meta charset=iso-8859-1><p>{text}"
    for data, charset in ((page.encode("iso-8859-2", "replace"), "iso-8859-2"), (page.encode(), "utf-8")):
        kept = kept_bytes(Fetched("https://a.org/", data, "text/html", charset), ".html")
        assert "Łódź" in FORMATS[".html"].extract(kept, "a.html").text
    for data, charset in (
        (b"plain", "utf-8"),
        ("ä".encode(), "ascii"),
        ("ä".encode(), "no-such-one"),
        (b"\xef\xbb\xbfx", "x"),
    ):
        assert kept_bytes(Fetched("https://a.org/", data, "text/plain", charset), ".txt") == data
    assert kept_bytes(Fetched("https://a.org/", MANUAL, "application/pdf", "utf-8"), ".pdf") == MANUAL


@pytest.fixture
def mine(tmp_path, monkeypatch, encoder):
    return fresh_home(tmp_path, monkeypatch).resolve() / "collection"


def test_an_address_on_the_command_line_is_kept_cited_and_fetched_again_when_asked(web, mine, reader, capsys):
    address = web.put("/lease", PAGE.format(RENT.format(900)))
    assert main(["index", address]) == 0
    [kept] = (mine / UPLOADS).rglob("*.html")
    web.put("/lease", PAGE.format(RENT.format(950)))
    with open_collection(None) as collection:
        answer = Answerer(collection, reader, threshold=0).ask("How much is the rent?")
        [citation] = answer.citations
        assert (citation.address, citation.source, citation.title) == (address, str(kept), "The lease")
        assert not citation.stale and web.asked == ["/lease"]
        assert f"of {address}" in where([citation]) and address in reference([citation])
        assert answer.to_dict()["citations"][0]["address"] == address
        assert [check.verdict for check in verify(answer)] == ["holds"]
        for name in (address, address.upper().replace("LEASE", "lease"), web.at("/*"), web.at("/")):
            assert len(collection.within(name).documents()) == 1
        with pytest.raises(CollectionError):
            collection.within(web.at("/leas"))
    capsys.readouterr()
    assert main(["list"]) == 0
    assert f"The lease  {address}  (fetched on 20" in capsys.readouterr().out
    assert main(["index", address]) == 0
    assert "0 added, 1 updated" in capsys.readouterr().out
    web.put("/lease", MANUAL, "application/pdf")
    assert main(["index", address]) == 0
    assert [path.name for path in (mine / UPLOADS).rglob("*.*")][1:] == ["lease.pdf"]
    web.put("/lease", b"", status=404)
    assert main(["index", address]) == 1
    told = capsys.readouterr()
    assert f"There is nothing at {address} (404 Not Found): check the address." in told.err
    assert main(["list", "--json"]) == 0
    assert [Path(one["source"]).name for one in json.loads(capsys.readouterr().out)] == ["lease.pdf"]
    assert main(["remove", address]) == 0
    assert capsys.readouterr().out == f"Removed {address}.\n"


def test_an_address_that_is_not_given_makes_no_collection(web, mine, tmp_path, capsys):
    assert main(["index", web.at("/gone")]) == 1
    assert "There is nothing at" in capsys.readouterr().err
    assert main(["index", web.put("/empty", "<p> ")]) == 1
    assert not mine.exists()
    (tmp_path / "note.txt").write_text(RENT.format(5))
    assert main(["index", web.at("/gone"), str(tmp_path / "note.txt")]) == 1  # and the other is added
    assert "1 added" in capsys.readouterr().out


def test_the_page_adds_addresses_and_fetches_them_again_when_asked(web, mine):
    address = web.put("/lease", PAGE.format(RENT.format(900)))
    with library() as opened:
        entry = opened.add_address(address)
        assert (entry.name, entry.state) == (address, "waiting")
        [listed] = settled(opened).documents
        assert (listed.address, listed.kind, listed.state, listed.title) == (address, "web page", "ready", "The lease")
        before = listed.modified
        [kept] = (mine / UPLOADS).rglob("*.html")
        assert opened.add_address(address).state == "waiting"
        [done] = settled(opened).files
        assert done.outcome == "unchanged" and settled(opened).documents[0].modified >= before
        web.put("/lease", MANUAL, "application/pdf")
        opened.refresh(listed.id)
        [listed] = settled(opened).documents
        assert (listed.address, listed.kind) == (address, "PDF") and not kept.exists()
        web.put("/lease", b"", status=403)
        with pytest.raises(DocumentError, match="without a login"):
            opened.refresh(listed.id)
        assert len(opened.listing().documents) == 1
        assert web.asked == ["/lease"] * 4


def test_what_was_fetched_and_not_read_is_read_at_the_next_start(web, mine):
    address = web.put("/lease", PAGE.format(RENT.format(900)))
    with OwnDocuments() as documents:  # of a process that ends then
        Intake(documents, Removals()).receive_fetched(fetched_file(from_anywhere(address)))
    with library() as opened:
        assert [one.address for one in settled(opened).documents] == [address]
    assert web.asked == ["/lease"]


def test_the_page_fetches_what_is_public_only(web, mine):
    with OwnDocuments() as documents, Library(documents) as opened:
        with pytest.raises(DocumentError, match="in a private network"):
            opened.add_address(web.at("/"))
        assert opened.listing().files == ()
    assert web.asked == [] and not mine.exists()


def test_a_moved_collection_knows_what_was_fetched(web, mine):
    address = web.put("/lease", PAGE.format(RENT.format(900)))
    assert main(["index", address]) == 0
    mine.rename(mine.with_name("moved"))
    with open_collection(mine.with_name("moved")) as moved:
        [document] = moved.documents()
        assert address_of(document.source) == address and Path(document.source).is_file()

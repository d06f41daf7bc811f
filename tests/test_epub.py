"""Books in EPUB and pages in XHTML."""

import pytest

from index.errors import DocumentError
from index.formats import FORMATS
from index.formats.epub import extract_epub
from index.formats.xhtml import as_html, extract_xhtml
from qa.evaluation.robustness.invariants import broken
from qa.evaluation.robustness.made_files import zipped

CONTAINER = b"""<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OPS/book.opf"/></rootfiles></container>"""
NAVIGATION = """<!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops">
<body><nav epub:type="toc"><ol><li><a href="a%20b.xhtml">The&nbsp;lease</a></li><li><a href="c.xhtml#x">Rent</a></li>
</ol></nav></body></html>"""
NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>The lease</text></navLabel>
<content src="a%20b.xhtml"/></navPoint></navMap></ncx>"""
FONT = "http://www.idpf.org/2008/embedding"


def page(body):
    return f"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title/></head><body>{body}</body></html>"


def book(
    first="<p>It ends on 31 May.</p>", second="<h2>Rent</h2><p>900 euros.</p>", *, spine="n a c", guide="", **others
):
    package = f"""<!DOCTYPE package PUBLIC "x" "y"><package xmlns="http://www.idpf.org/2007/opf"><metadata>
<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">House rules</dc:title></metadata><manifest>
<item id="n" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="t" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="a" href="a%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="c" href="c.xhtml" media-type="application/xhtml+xml"/>
<item id="i" href="i.png" media-type="image/png"/></manifest><spine>
{"".join(f'<itemref idref="{one}"/>' for one in spine.split())}</spine>{guide}</package>"""
    parts = {
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": package.encode(),
        "OPS/nav.xhtml": NAVIGATION.encode(),
        "OPS/toc.ncx": NCX.encode(),
        "OPS/a b.xhtml": page(first).encode(),
        "OPS/c.xhtml": page(second).encode(),
    }
    return zipped(parts | others)


def read(data, extractor=extract_epub):
    extract = extractor(data, "a.epub")
    assert broken(extract, ".epub") == []
    return extract


def said(extract):
    return [(block.kind.value, block.level, extract.text[block.start : block.end]) for block in extract.blocks]


def test_chapters_come_in_the_order_of_the_spine_under_their_names():
    extract = read(book(spine="n c a missing i c"))
    assert extract.title == "House rules"
    assert said(extract) == [
        ("contents", 0, "1. The\xa0lease"),
        ("contents", 0, "2. Rent"),
        ("heading", 2, "Rent"),
        ("paragraph", 0, "900 euros."),
        ("heading", 1, "The lease"),  # which the page itself does not say
        ("paragraph", 0, "It ends on 31 May."),
    ]
    assert [one.name for one in extract.locators] == ["Rent", "The lease"]


def test_the_line_that_says_a_chapters_name_becomes_its_heading():
    extract = read(book("<p class='t'>THE LEASE</p><p>It ends.</p>", spine="a"))
    assert said(extract) == [("heading", 1, "THE LEASE"), ("paragraph", 0, "It ends.")]


def test_a_book_is_read_without_a_table_of_contents():
    extract = read(book(spine="a c", **{"OPS/nav.xhtml": b"<broken", "OPS/toc.ncx": b"<broken"}))
    assert "It ends on 31 May." in extract.text and extract.locators == ()


def test_a_page_of_contents_may_say_more():
    guide = '<guide><reference type="toc" href="a%20b.xhtml"/></guide>'
    extract = read(book("<p>Edition of 2024.</p><ul><li>Rent</li></ul>", spine="a", guide=guide))
    assert [kind for kind, *_ in said(extract)] == ["paragraph", "contents"]


@pytest.mark.parametrize(
    ("algorithm", "is_read"), [(FONT, True), ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", False)]
)
def test_a_protected_book_is_refused(algorithm, is_read):
    lock = f"""<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData>
<e:EncryptionMethod Algorithm="{algorithm}"/><e:CipherData><e:CipherReference URI="OPS/a%20b.xhtml"/></e:CipherData>
</e:EncryptedData></encryption>"""
    data = book(**{"META-INF/encryption.xml": lock.encode()})
    if is_read:
        assert "31 May" in read(data).text
        return
    with pytest.raises(DocumentError, match="DRM"):
        extract_epub(data, "a.epub")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\3\4 broken",
        zipped({"a.txt": b"words"}),
        zipped({"META-INF/container.xml": b"<container/>"}),
        zipped({"META-INF/container.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        book()[:-300],
    ],
)
def test_what_is_damaged_ends_in_a_sentence(data):
    with pytest.raises(DocumentError, match="EPUB"):
        extract_epub(data, "a.epub")


def test_a_bomb_is_refused():
    with pytest.raises(DocumentError, match="unsafe"):
        extract_epub(book(bomb=b"\0" * 30_000_000), "a.epub")


class TestXhtml:
    def test_an_element_that_is_closed_at_once_holds_nothing(self):
        body = '<script src="a.js"/><div class="a/b"/><a id="x"/><p>One<br/>two <b/>three</p><textarea/><p>Four</p>'
        assert [text for *_, text in said(read(page(body).encode(), extract_xhtml))] == ["One\ntwo three", "Four"]

    @pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8", "utf-16"])
    def test_the_encoding_that_is_declared_counts(self, encoding):
        data = f"<?xml version='1.0' encoding='{encoding}'?>{page('<p>Größe</p>')[21:]}".encode(encoding)
        assert read(data, FORMATS[".xhtml"].extract).text == "Größe"

    def test_prefixes_sections_of_characters_and_marks_of_notes_are_understood(self):
        head = '<h:html xmlns:h="http://www.w3.org/1999/xhtml"><h:body>'
        data = head + "<h:p>a &lt; <![CDATA[b < c & d]]></h:p></h:body></h:html>"
        assert read(data.encode(), extract_xhtml).text == "a < b < c & d"
        marked = read(page('<p>It ends<a epub:type="noteref" href="#n">1</a>.</p>').encode(), extract_xhtml)
        assert marked.text == "It ends ¹." and len(marked.marks) == 1

    def test_the_texts_of_notes_are_notes_wherever_they_stand(self):
        notes = """<main><p>It ends in May.</p></main>
        <aside epub:type="footnote"><p>Or earlier.</p><p>See there.</p></aside>
        <section epub:type="endnotes"><h2>Notes</h2><ol><li role="doc-endnote"><p>Since 1999.</p></li><li>Two.</li></ol>
        </section>"""
        assert said(read(page(notes).encode(), extract_xhtml)) == [
            ("paragraph", 0, "It ends in May."),
            ("note", 0, "Or earlier."),
            ("note", 0, "See there."),
            ("heading", 2, "Notes"),
            ("note", 0, "1. Since 1999."),
            ("item", 1, "2. Two."),
        ]

    def test_many_tags_that_do_not_end_take_no_time(self):
        data = b'<a "' * 200_000
        assert as_html(data) == data

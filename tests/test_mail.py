"""Mails: who wrote what to whom and when, whose words are quoted, what is attached."""

import base64
from email.message import EmailMessage

import pytest

from index.errors import DocumentError
from index.formats import FORMATS
from index.formats.mail import extract_eml, extract_mbox
from index.formats.mail.plain import read_plain, unfolded
from index.records import BlockKind
from qa.evaluation.robustness.invariants import broken
from qa.evaluation.robustness.made_files import zipped

HEAD = "From: Anna Berg <anna@x.org>\nTo: tom@x.org\nSubject: The lease\nDate: Fri, 3 May 2024 10:00:00 +0200\n"


def eml(head="", body="", charset="utf-8"):
    return (HEAD + head + "\n").encode() + body.encode(charset)


def said(extract):
    return [(block.kind.value, extract.text[block.start : block.end]) for block in extract.blocks]


def words(extract, kind):
    return [text for one, text in said(extract) if one == kind]


def where(extract, words):
    at = extract.text.index(words)
    return [one.name for one in extract.locators if one.start <= at][-1:]


def read(data, extractor=extract_eml):
    extract = extractor(data, "a.eml")
    assert broken(extract, ".eml") == []
    return extract


class TestHeader:
    def test_it_is_shown_as_fields_and_the_title_tells_sender_and_day(self):
        extract = read(eml('Cc: "Lee, Tom" <tom@y.org>, <eva@x.org>\n', "Hello\n\nIt ends on 31 May."))
        assert extract.title == "The lease (Anna Berg, 2024-05-03)"
        assert said(extract) == [
            ("field", "Subject: The lease"),
            ("field", "From: Anna Berg <anna@x.org>"),
            ("field", "To: tom@x.org"),
            ("field", 'Cc: "Lee, Tom" <tom@y.org>, eva@x.org'),
            ("field", "Date: Fri, 3 May 2024 10:00:00 +0200"),
            ("paragraph", "Hello"),
            ("paragraph", "It ends on 31 May."),
        ]

    @pytest.mark.parametrize(
        ("raw", "shown"),
        [
            (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?= =?iso-8859-1?b?YXVzIEv2bG4=?=", "Grüßeaus Köln"),
            (b"=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
            ("Grüße".encode(), "Grüße"),
            ("Grüße aus dem Büro".encode("latin-1"), "Grüße aus dem Büro"),
            (b"two\n lines\n\tor three", "two lines or three"),
            (b"=?no-such?q?a?=", "=?no-such?q?a?="),
            (b"=?utf-8?b?x?=", "=?utf-8?b?x?="),
            ("=?i\u00f3o-8859-1?q?a?=".encode(), "=?i\u00f3o-8859-1?q?a?="),
            (b"a\x00\x07b", "a b"),
        ],
    )
    def test_words_are_decoded_or_stay_as_they_are(self, raw, shown):
        extract = read(b"Subject: " + raw + b"\nFrom: a@x.org\n\nText.")
        assert extract.title == f"{shown} (a@x.org)"

    def test_a_broken_date_is_shown_and_tells_no_day(self):
        extract = read(b"Subject: S\nFrom: Tom <t@x.org>\nDate: soon, I think\n\nText.")
        assert extract.title == "S (Tom)" and "Date: soon, I think" in extract.text

    @pytest.mark.parametrize(
        "data", [b"Just a note about a lease.", b"\x89PNG\r\n\x1a\n\0\0", b"\n\n\n", b"a: b\n\nText."]
    )
    def test_what_is_no_mail_is_refused(self, data):
        with pytest.raises(DocumentError, match="not a mail"):
            extract_eml(data, "a.eml")


class TestBody:
    def test_quoted_lines_and_what_is_answered_below_are_quotes(self):
        marked = read(eml("", "Yes.\n\nOn 2 May, Tom wrote:\n> When?\n>> Who?\n\nBye now."))
        assert words(marked, "quote") == ["> When?", ">> Who?"] and words(marked, "paragraph")[-1] == "Bye now."
        for above in (
            "On Thu, 2 May 2024 at 10:00,\nTom Lee <t@x.org> wrote:",
            "Am 02.05.2024 schrieb Tom Lee:",
            "-----Original Message-----",
            "Begin forwarded message:",
        ):
            extract = read(eml("", f"Yes.\n\n{above}\n\nWhen does it end?\n\nTom"))
            assert words(extract, "quote")[-2:] == ["When does it end?", "Tom"], above
            assert "Yes." in words(extract, "paragraph")

    def test_the_header_that_outlook_writes_above_a_mail_begins_a_quote(self):
        body = "Yes.\n\nVon: Tom\nGesendet: Donnerstag\nAn: Anna\nBetreff: Frage\n\nWann endet es?"
        assert words(read(eml("", body)), "quote") == ["Wann endet es?"]

    def test_a_greeting_is_no_heading_and_a_signature_keeps_its_lines(self):
        extract = read(eml("", "Hello\n\nIt ends on 31 May.\n\n-- \nAnna Berg\n12 Harbour Street\n"))
        assert words(extract, "heading") == []
        assert words(extract, "preformatted") == ["--", "Anna Berg", "12 Harbour Street"]
        assert [extract.text[a:b] for a, b in extract.marks] == ["--"]

    def test_a_heading_that_is_underlined_stays(self):
        assert words(read_plain("News\n====\n\nThe harbour is open."), "heading") == ["News\n===="]

    def test_soft_line_ends_are_joined(self):
        flowed = "The lease ends \non 31 May.\n> Who \n> pays?\n>> You.\n  indented\n-- \nAnna"
        shown = "The lease ends on 31 May.\n> Who pays?\n>> You.\n indented\n-- \nAnna"
        assert unfolded(flowed, drops_space=False) == shown
        assert unfolded("auf \ngabe", drops_space=True) == "aufgabe"
        extract = read(eml("Content-Type: text/plain; format=flowed\n", flowed))
        assert "The lease ends on 31 May." in words(extract, "paragraph")

    @pytest.mark.parametrize("charset", ["iso-8859-1", "utf-8", "windows-1252", "no-such-charset"])
    def test_the_text_is_decoded(self, charset):
        stored = "utf-8" if charset == "no-such-charset" else charset
        data = eml(f"Content-Type: text/plain; charset={charset}\n", "Die Miete beträgt 900 Euro.", stored)
        assert "beträgt" in read(data).text

    def test_transfer_encodings_are_undone(self):
        packed = base64.b64encode("Größe".encode()).decode()
        assert "Größe" in read(eml("Content-Transfer-Encoding: base64\nContent-Type: text/plain\n", packed)).text
        assert "Größe" in read(eml("Content-Transfer-Encoding: quoted-printable\n", "Gr=C3=B6=\n=C3=9Fe")).text
        assert "Text." in read(eml("Content-Transfer-Encoding: strange\n", "Text.")).text


def made(*attached, plain="The lease ends on 31 May.", page=""):
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "Anna Berg <anna@x.org>", "The lease"
    mail.set_content(plain)
    if page:
        mail.add_alternative(page, subtype="html")
    for content, options in attached:
        mail.add_attachment(content, **options)
    return mail


class TestParts:
    def test_plain_text_is_preferred_unless_it_only_says_that_there_is_a_page(self):
        page = "<h1>News</h1><p>The rent is 900 euros, all of it, each month, from May on.</p>"
        assert "News" not in read(made(page="<p>The <b>lease</b> ends on 31 May.</p>News").as_bytes()).text
        extract = read(made(plain="See the web.", page=page).as_bytes())
        assert ("heading", "News") in said(extract) and "See the web" not in extract.text

    def test_a_page_is_read_in_the_encoding_that_the_mail_states(self):
        page = "<meta charset=utf-8><p>Größe</p><blockquote><p>Wer zahlt?</p></blockquote>"
        extract = read(eml("Content-Type: text/html; charset=iso-8859-1\n", page, "latin-1"))
        assert words(extract, "quote") == ["Wer zahlt?"] and "Größe" in extract.text

    def test_attached_files_are_listed_and_texts_are_read(self):
        extract = read(
            made(
                (b"\x89PNG", {"maintype": "image", "subtype": "png", "filename": "plan.png"}),
                ("Keys hang in the hall.", {"filename": "keys.txt"}),
                (b"# Rules\n\nNo snakes.", {"maintype": "application", "subtype": "x", "filename": "r.md"}),
                (b"%PDF-broken", {"maintype": "application", "subtype": "pdf", "filename": "b.pdf"}),
            ).as_bytes()
        )
        assert "Attachments: plan.png, keys.txt, r.md, b.pdf" in words(extract, "field")
        assert words(extract, "heading") == ["keys.txt", "r.md", "# Rules"]
        assert where(extract, "Keys hang") == ["attachment keys.txt"] and where(extract, "snakes") == [
            "attachment r.md"
        ]

    def test_attached_sheets_and_archives_are_read_and_source_code_is_not(self):
        files = {"prices.csv": b"Item,Price\nboat,70\n", "all.zip": zipped({"in.txt": b"No snakes."}), "a.py": b"x = 7"}
        attached = [
            (data, {"maintype": "application", "subtype": "x", "filename": name}) for name, data in files.items()
        ]
        extract = read(made(*attached).as_bytes())
        assert where(extract, "boat") == ["attachment prices.csv"]
        assert where(extract, "No snakes") == ["attachment all.zip, in.txt"]
        assert "x = 7" not in extract.text

    def test_a_mail_in_a_mail_stands_under_its_own_subject(self):
        inner = made(plain="Who pays?")
        extract = read(made((inner, {})).as_bytes())
        assert words(extract, "heading") == ["The lease (Anna Berg)"]
        assert where(extract, "Who pays?") == ["attached message"]

    def test_what_a_server_reports_is_shown_as_fields(self):
        report = "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nStatus: 5.1.1\n"
        body = f"--b\n\nNot delivered.\n--b\n{report}--b--"
        extract = read(eml("Content-Type: multipart/report; boundary=b\n", body))
        assert words(extract, "field")[-2:] == ["Reporting-MTA: dns; x", "Status: 5.1.1"]


class TestMbox:
    MAILS = (
        f"From anna@x.org Fri May  3 10:00:00 2024\n{HEAD}\nIt ends.\n\nFrom here on it is easy.\n>From now on.\n\n"
        f"From tom@x.org Sat May  4 10:00:00 2024\n{HEAD.replace('The lease', 'The rent')}\n900 euros.\n"
    )

    @pytest.mark.parametrize("line_end", ["\n", "\r\n"])
    def test_each_mail_stands_under_its_subject_and_is_found_by_its_number(self, line_end):
        extract = read(self.MAILS.replace("\n", line_end).encode(), extract_mbox)
        assert words(extract, "heading") == ["The lease (Anna Berg, 2024-05-03)", "The rent (Anna Berg, 2024-05-03)"]
        assert where(extract, "900 euros") == ["message 2"] and where(extract, "From here on") == ["message 1"]
        assert "From now on." in words(extract, "paragraph")[-2] and ">From" not in extract.text

    def test_what_is_no_such_file_is_refused(self):
        with pytest.raises(DocumentError, match="mbox"):
            extract_mbox(eml("", "Text."), "a.mbox")


def nested(depth):
    parts = "".join(f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(depth))
    return eml(parts.partition("\n\n")[0] + "\n", parts.partition("\n\n")[2] + "\nDeep.")


class TestCrafted:
    def test_parts_in_parts_end_in_a_sentence(self):
        with pytest.raises(DocumentError, match="unsafe"):
            extract_eml(nested(1500), "a.eml")
        assert read(nested(20)).text.endswith("Deep.")

    def test_mails_in_mails_are_read_to_a_depth(self):
        mail = made(plain="Innermost.")
        for _ in range(12):
            mail = made((mail, {}))
        assert len(words(read(mail.as_bytes()), "heading")) == 8

    @pytest.mark.parametrize("head", ["Content-Type: multipart/mixed\n", "Content-Type: text/plain; charset*=x''%FF\n"])
    def test_broken_parts_are_read_as_text(self, head):
        assert "Still here." in read(eml(head, "Still here.")).text

    def test_the_ending_leads_here(self):
        assert FORMATS[".eml"].extract(eml("", "Text."), "a.eml").blocks[0].kind is BlockKind.FIELD
        assert FORMATS[".mbox"].extract(TestMbox.MAILS.encode(), "a.mbox").blocks[0].kind is BlockKind.HEADING

"""Quoted words are cited from where they were first written."""

import pytest

from index.collection import Collection
from qa.answerer import Answerer

MAIL = """From {sender}@x.org Fri May  3 10:00:00 2024
From: {sender} <{sender}@x.org>
To: all@x.org
Subject: {subject}
Date: {date} May 2024 10:00:00 +0200

{body}

"""
ASKED = "The boiler in the cellar has to be inspected by the plumber before the end of June."
FIRST = f"Hello Tom,\n\nthe chimney is clean. {ASKED}\n\nAnna"
REPLY = """On Fri, 3 May 2024, Anna wrote:
> the chimney is clean. The boiler in the cellar has to be
> inspected by the plumber before the end of June.

Who inspects the boiler in the cellar? By whom has it to be inspected?"""
AGAIN = """On Sat, 4 May 2024, Tom wrote:
>> the chimney is clean. The boiler in the cellar has to be inspected
>> by the plumber before the end of June.
>
> Who inspects the boiler in the cellar? By whom has it to be inspected?

The boiler in the cellar is inspected by whom Tom likes. On Monday the landlord wrote to me:
> The chimney sweep comes on 12 July at nine."""


def mail(sender, body, date, subject="Re: The house"):
    return MAIL.format(sender=sender, body=body, date=date, subject=subject)


@pytest.fixture(scope="module")
def asked(tmp_path_factory, encoder, reader):
    """Asks a question of files with these names and texts; returns where its answer is cited from."""

    def ask(question, files):
        folder = tmp_path_factory.mktemp("quoted")
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
        with Collection(folder / "collection", encoder) as collection:
            collection.add([folder / name for name in files])
            answer = Answerer(collection, reader).ask(question)
        assert all(one.text == answer.citations[0].text for one in answer.citations)
        return answer.text, [(one.title or "", one.locator) for one in answer.citations]

    return ask


def test_a_mail_comes_before_the_replies_that_quote_it(asked):
    mails = mail("Tom", REPLY, "Sat, 4") + mail("Eva", AGAIN, "Sun, 5") + mail("Anna", FIRST, "Fri, 3", "The house")
    text, cited = asked("By whom has the boiler in the cellar to be inspected?", {"house.mbox": mails})
    assert (text, [locator for _, locator in cited]) == ("the plumber", ["message 3"])


def test_what_stands_nowhere_else_is_answered_from_the_quote(asked):
    mails = mail("Anna", FIRST, "Fri, 3", "The house") + mail("Eva", AGAIN, "Sun, 5")
    text, cited = asked("When does the chimney sweep come?", {"house.mbox": mails})
    assert (text, [locator for _, locator in cited]) == ("12 July at nine", ["message 2"])


def test_a_block_quotation_is_cited_from_the_document_that_it_quotes(asked):
    page = f"# Who inspects the boiler in the cellar\n\nBy whom has it to be inspected?\n\n> {ASKED}\n\nSo we hear.\n"
    note = f"The rules of the house. {ASKED} Pets are allowed.\n"
    text, cited = asked("By whom has the boiler in the cellar to be inspected?", {"page.md": page, "rules.txt": note})
    assert (text, [title for title, _ in cited]) == ("the plumber", ["rules"])


def test_an_original_that_was_not_among_the_passages_read_is_found(asked):
    mails = {f"{number}.eml": mail("Tom", f"{REPLY}\n\nBoiler {number}.", "Sat, 4") for number in range(20)}
    mails["first.eml"] = mail("Anna", "The garden is wet. " * 25 + FIRST + " The hedge is dry." * 25, "Fri, 3", "Weeds")
    files = {name: text.split("\n", 1)[1] for name, text in mails.items()}
    text, cited = asked("By whom has the boiler in the cellar to be inspected?", files)
    assert (text, cited[0][0]) == ("the plumber", "Weeds (Anna, 2024-05-03)")

"""The chat page. It shows what `Answerer.ask` returns and adds nothing of its own."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from index.changes import Changes
from index.errors import QuotewiseError, reason_of
from index.formats import EXTRACTORS
from qa.answerer import Answerer
from qa.conversation import Conversation
from qa.lab.labelled import note_judged
from qa.questions import LONGEST_QUESTION
from qa.reading.balanced import Balanced
from qa.reading.reader import Reader
from qa.records import Answer, Citation
from ui.calibrating import judged_file
from ui.own_collection import OwnDocuments
from ui.web.html import conversation_html, documents_html, notice_html
from ui.words import unread

EXAMPLES = (  # for the demonstration; what can be asked of a person's own documents they know best
    "Who is the Kremlin spokesman?",
    "How long did the video call last?",
    "What did Biden call for?",
    "Where did the two presidents meet in person?",
    "Who won the world cup?",
)
JUDGED = "'quotewise calibrate --judged' fits the confidence to what you have judged, once that is enough."
ASKING = "asking"  # what waits in one line: questions of the page and of programs
MOST_TURNS = 50  # turns kept on the page; older ones would only make it slow


class Page:
    """The page over a person's documents; its methods are what the browser's events call."""

    def __init__(self, documents: OwnDocuments, reader: Reader | Balanced | None = None) -> None:
        self._documents = documents
        self._answerer = Answerer(documents.source(), reader)

    def ask(self, question: str, answers: list[Answer]) -> tuple[str, list[Answer], str, str, Any, Any]:
        """Answer the next question of a conversation: its HTML, its state, an emptied box, a notice, whether what was
        searched can be edited, and whether the answer can be judged."""
        box, notice = "", ""
        try:  # made anew from its answers, which are all that is kept of it
            answer = Conversation(self._answerer, answers).ask(question, self._documents.source())
            answers = [*answers, answer][-MOST_TURNS:]
        except QuotewiseError as error:
            box, notice = question, notice_html([str(error)], error=True)
        completed = bool(answers) and answers[-1].asked != answers[-1].question
        can_judge = bool(answers) and self._judged(answers[-1]) is not None
        shown = gr.update(visible=completed), gr.update(visible=can_judge)
        return conversation_html(answers), answers, box, notice, *shown

    def edit(self, answers: list[Answer]) -> str:
        """What was really searched for the last question, to be changed and asked."""
        return answers[-1].asked

    def judge(self, answers: list[Answer], right: bool) -> tuple[str, Any]:
        """Keep how the last answer was judged: a notice, and that it is judged."""
        collection, quote = self._documents.collection(), self._judged(answers[-1])
        if collection is None or quote is None:
            return "", gr.update(visible=False)
        try:
            note_judged(judged_file(collection), answers[-1].asked, quote.text, right)
        except OSError as error:
            sentence = f"That cannot be kept ({reason_of(error)}): see whether the disk is full."
            return notice_html([sentence], error=True), gr.update()
        kept = f"Kept as {'right' if right else 'wrong'}."
        return notice_html([kept, JUDGED], error=False), gr.update(visible=False)

    def _judged(self, answer: Answer) -> Citation | None:
        """The one quote of one's own documents that can be judged as the answer."""
        if self._documents.collection() is None or len(answer.statements) > 1:
            return None
        return answer.citations[0] if answer.citations else answer.perhaps

    def ask_api(self, question: str) -> dict[str, Any]:
        """Answer a question with the exact words of the documents; see `qa.records.Answer` for the fields."""
        try:
            return self._answer(question).to_dict()
        except QuotewiseError as error:
            raise gr.Error(str(error)) from error

    def _answer(self, question: str) -> Answer:
        """From what is to be asked at this time: the demonstration ends with the first document of one's own."""
        return self._answerer.ask(question, self._documents.source())

    def upload(self, paths: list[str] | None) -> tuple[str, Any, str, None]:
        """Make uploaded files part of the collection: what is shown of the documents, a notice, and an emptied box."""
        try:
            changes = self._documents.add(paths or [])
        except QuotewiseError as error:
            return *self.documents(), notice_html([str(error)], error=True), None
        failed = [rejected.reason for rejected in changes.refused]
        notice = notice_html(_done(changes), error=False) + notice_html(failed, error=True)
        return *self.documents(), notice, None

    def documents(self) -> tuple[str, Any]:
        """The documents' HTML, and whether the example questions are shown beside it."""
        demonstration = self._documents.collection() is None
        listed = self._documents.source().documents()
        return documents_html(listed, demonstration=demonstration), gr.update(visible=demonstration)


def _done(changes: Changes) -> list[str]:
    """A sentence for each uploaded file that is in the collection now, and for each with pages that cannot be read."""
    followed = [renamed.after for renamed in changes.renamed]
    taken = [
        f"{Path(source).name} {what}."
        for sources, what in (
            ((*changes.added, *followed), "can be asked about now"),
            (changes.updated, "replaces the earlier file of that name and can be asked about now"),
            (changes.unchanged, "was already there, unchanged"),
        )
        for source in sources
    ]
    return [*taken, *map(unread, changes.unreadable)]


def build_page(documents: OwnDocuments, reader: Reader | Balanced | None = None) -> gr.Blocks:
    """The Gradio app over a person's documents, with another reader than the shipped one if so wanted."""
    page = Page(documents, reader)
    with gr.Blocks(title="Quotewise", analytics_enabled=False, delete_cache=(3600, 3600)) as app:
        answers = gr.State([])
        gr.HTML(
            '<div class="qw-head"><h1>Quotewise</h1>'
            "<p>Answers in your documents\u2019 own words, or none at all.</p></div>"
        )
        with gr.Row():
            with gr.Column(scale=7):
                log = gr.HTML(conversation_html([]), container=True, padding=True, max_height=640, autoscroll=True)
                with gr.Row(equal_height=True):
                    box = gr.Textbox(
                        label="Your question", placeholder="Ask in plain English", max_length=LONGEST_QUESTION, scale=8
                    )
                    button = gr.Button("Ask", variant="primary", scale=1, min_width=90)
                edit = gr.Button("Edit what was searched", size="sm", visible=False)
                with gr.Row(visible=False) as judging:
                    right = gr.Button("This is right", size="sm")
                    wrong = gr.Button("This is wrong", size="sm")
                notice = gr.HTML()
                shown = documents.collection() is None
                examples = gr.Examples([[one] for one in EXAMPLES], box, label="Questions to try", visible=shown)
            with gr.Column(scale=3, min_width=260):
                listing = gr.HTML(container=True, padding=True)
                files = gr.File(label="Add documents", file_count="multiple", file_types=list(EXTRACTORS), height=150)
                upload_notice = gr.HTML()
        shown_documents = [listing, examples.dataset]
        gr.on(
            [box.submit, button.click], page.ask, [box, answers], [log, answers, box, notice, edit, judging],
            api_name="ask_on_page", api_visibility="private", show_progress="minimal", concurrency_id=ASKING,
        )  # fmt: skip
        edit.click(page.edit, answers, box, api_visibility="private")
        for judged, is_right in ((right, True), (wrong, False)):
            judge = partial(page.judge, right=is_right)
            judged.click(judge, answers, [notice, judging], api_name=False, api_visibility="private")
        app.load(page.documents, None, shown_documents, api_visibility="private")
        files.upload(page.upload, files, [*shown_documents, upload_notice, files], api_visibility="private")
        gr.api(page.ask_api, api_name="ask", concurrency_id=ASKING)
    return app

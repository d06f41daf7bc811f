"""The chat page. It shows what `Answerer.ask` returns and adds nothing of its own."""

from __future__ import annotations

import hashlib
import json
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import wraps
from queue import SimpleQueue
from typing import Any

import gradio as gr

from index.child import run_in_child
from index.errors import QuotewiseError, reason_of
from qa.evidence_log import LogEntry
from qa.lab.labelled import note_judged
from qa.questions import LONGEST_QUESTION, QuestionError
from qa.reading.catalog import accurate_folder, usual_reader
from qa.records import Answer, Citation
from qa.timing import Step
from ui.calibrating import judged_file
from ui.log_html import log_html
from ui.log_markdown import log_markdown
from ui.own_collection import OwnDocuments
from ui.web.asking import READERS, PageQuestion, answer_of, field
from ui.web.html import announced, answer_html
from ui.web.secret import page_secret
from ui.web.service.asking import QuestionAsked
from ui.web.service.gradio_calls import GradioCalls
from ui.web.service.workspace import Workspace
from ui.web.stops import Stopped, Stops
from ui.web.strings import say, skeleton, strings

ASKING = "asking"  # what waits in one line: questions of the page and of programs
MOST_TURNS = 1000  # of a conversation that is shown again or exported
# Gradio calls this once, when the page's element is there. 'ask' is the event that it may trigger.
START = """
const page = { trigger, server, watch, props };  // triggers "ask"
import(new URL("page/app.js", document.baseURI)).then((app) => app.start(element, page));
"""
NO_ROOM = "() => document.dispatchEvent(new Event('quotewise-no-room'))"  # only then does the event fail


class Page:
    """The page over one server's documents; its methods are what the browser's events call."""

    def __init__(self, workspace: Workspace, documents: OwnDocuments) -> None:
        self._workspace, self._documents = workspace, documents
        self._stops = Stops()

    def ask(self, event: gr.EventData) -> Iterator[dict[str, Any]]:
        """Answer a question of the page: its steps, and then the answer or why there is none."""
        sent = event._data
        try:
            question = PageQuestion.of(sent)
        except QuestionError as error:
            yield {"id": sent.get("id") if isinstance(sent, dict) else None, "error": str(error)}
            return
        for one in self._steps(question):
            if isinstance(one, Stopped):  # told all the same: an event that tells nothing fails
                yield {"id": question.id, "error": say("stopped")}
            elif isinstance(one, str):
                yield {"id": question.id, "stage": one}
            elif isinstance(one, QuotewiseError):
                yield {"id": question.id, "error": str(one)}
            elif isinstance(one, Exception):  # a fault of ours: told to the person and, in full, on the terminal
                traceback.print_exception(one)
                yield {"id": question.id, "error": say("fault")}
            else:
                html = answer_html(one, can_judge=self._judged(one) is not None)
                yield {"id": question.id, "answer": one.to_dict(), "html": html, "announced": announced(one)}

    def _steps(self, question: PageQuestion) -> Iterator[Step | Answer | Exception]:
        """The steps of a question, each before it begins, and what comes of it."""
        told: SimpleQueue[Step | Answer | Exception] = SimpleQueue()

        def tell(step: Step) -> None:
            if self._stops.has(question.id):
                raise Stopped
            told.put(step)

        def work() -> None:
            try:
                told.put(self._workspace.asking.ask(question.asked, tell))
            except Exception as error:
                told.put(error)

        with self._stops.told(question.id, lambda: told.put(Stopped())):
            threading.Thread(target=work, name="answer", daemon=True).start()
            while isinstance(one := told.get(), str):
                yield one
            yield one

    def stop(self, sent: Any) -> dict[str, Any]:
        """Let nobody wait for the answer to a question any more; it is read no further than to its next step."""
        self._stops.add(field(sent, "id", str))
        return {}

    def turns(self, answers: Any) -> dict[str, Any]:
        """The HTML of a conversation that the browser kept, turn by turn."""
        if not isinstance(answers, list) or len(answers) > MOST_TURNS:
            raise QuestionError(say("bad_request"))
        return {"turns": [self._turn(answer_of(plain)) for plain in answers]}

    def _turn(self, answer: Answer | None) -> str:
        if answer is None:
            return f'<p class="qw-reason">{say("another_release")}</p>'
        return answer_html(answer, can_judge=self._judged(answer) is not None)

    def judge(self, sent: Any) -> dict[str, Any]:
        """Keep how an answer was judged, with the right one where it was wrong and that is known."""
        answer, right = answer_of(field(sent, "answer", dict)), field(sent, "right", bool)
        better = field(sent, "better", str)[:LONGEST_QUESTION]
        self._workspace.check_changes()
        collection, quote = self._documents.collection(), self._judged(answer) if answer else None
        if collection is None or quote is None or answer is None:
            raise QuestionError(say("not_judged"))
        try:
            note_judged(judged_file(collection), answer.asked, quote.text, right, "" if right else better)
        except OSError as error:
            return {"error": say("cannot_keep", why=reason_of(error))}
        return {"told": say("judged")}

    def _judged(self, answer: Answer) -> Citation | None:
        """The one quote of one's own documents that can be judged as the answer."""
        if self._workspace.read_only or self._documents.collection() is None or len(answer.statements) > 1:
            return None
        return answer.citations[0] if answer.citations else answer.perhaps

    def exported(self, sent: Any) -> dict[str, Any]:
        """A conversation as a file: Markdown, HTML, or lines of JSON that `quotewise verify` reads."""
        name, written = field(sent, "name", str), field(sent, "format", str)
        entries = [entry for turn in field(sent, "turns", list)[:MOST_TURNS] if (entry := _entry(turn))]
        if written == "jsonl":
            lines = (json.dumps(entry.to_dict(), ensure_ascii=False) for entry in entries)
            return {"text": "".join(f"{line}\n" for line in lines)}
        return {"text": log_html(entries, name) if written == "html" else log_markdown(entries, name)}

    def readers(self, _: Any) -> dict[str, Any]:
        """Which readers can be chosen: none where one was named when the page was started."""
        if self._workspace.asking.is_reader_given:
            return {"names": [], "usual": "", "installed": True, "can_install": False}
        installed = accurate_folder().exists()
        can_install = not (installed or self._workspace.read_only)
        return {"names": READERS, "usual": usual_reader(), "installed": installed, "can_install": can_install}

    def install(self, _: Any) -> dict[str, Any]:
        """Install the accurate reader."""
        self._workspace.check_changes()
        run_in_child("qa.training.install:install_accurate")
        return {"installed": True}

    def ask_api(self, question: str) -> dict[str, Any]:
        """Answer a question with the exact words of the documents; see `qa.records.Answer` for the fields."""
        try:
            return self._workspace.asking.ask(QuestionAsked(question)).to_dict()
        except QuotewiseError as error:
            raise gr.Error(str(error)) from error

    def space(self) -> str:
        """What keeps the conversations about several collections apart in one browser."""
        kept = self._documents.kept()
        place = (kept.copy_of if kept else "") or str(self._documents.folder)
        return hashlib.sha256(place.encode()).hexdigest()[:16]


def _entry(turn: Any) -> LogEntry | None:
    """A turn that the browser kept, as an entry of a log; None for what is none."""
    answer = answer_of(turn.get("answer")) if isinstance(turn, dict) else None
    if answer is None:
        return None
    time = turn.get("at")
    with suppress(ValueError, TypeError):
        return LogEntry(datetime.fromisoformat(time).isoformat(timespec="seconds"), answer)
    return LogEntry("", answer)


def told(method: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    """What the browser calls by the method's name: what goes wrong is told in `error`."""

    @wraps(method)
    def call(sent: Any) -> dict[str, Any]:
        try:
            return method(sent)
        except QuotewiseError as error:
            return {"error": str(error)}

    return call


def build_page(workspace: Workspace, documents: OwnDocuments) -> gr.Blocks:
    """The Gradio app over one server's documents."""
    page, calls = Page(workspace, documents), GradioCalls(workspace)
    called = (page.turns, page.judge, page.exported, page.readers, page.install, page.stop)
    with gr.Blocks(title="Quotewise", analytics_enabled=False, delete_cache=(3600, 3600)) as app:
        whole = gr.HTML(
            html_template=skeleton(),
            js_on_load=START,
            apply_default_css=False,
            server_functions=[told(one) for one in called],
            strings=strings(),
            secret=page_secret(),
            space=page.space(),
        )
        asking = whole.ask(
            page.ask, None, whole,
            api_name="ask_on_page", api_visibility="private", show_progress="hidden", concurrency_id=ASKING,
            trigger_mode="multiple",
        )  # fmt: skip
        asking.failure(None, js=NO_ROOM)
        gr.api(page.ask_api, api_name="ask", concurrency_id=ASKING)
        gr.api(calls.documents, api_name="documents")
        gr.api(calls.source, api_name="source")
    return app

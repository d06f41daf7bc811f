"""The chat page. It shows what `Answerer.ask` returns and adds nothing of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before Gradio is imported: nothing leaves the machine

import gradio as gr

from index.collection import Collection
from index.errors import QuotewiseError
from index.loaders import EXTRACTORS, LARGEST_FILE_BYTES
from qa.answer import Answer
from qa.answerer import LONGEST_QUESTION, Answerer
from ui.html import conversation_html, documents_html, notice_html
from ui.library import add_uploads, open_library
from ui.security import middleware

STYLE = Path(__file__).with_name("style.css")
EXAMPLES = (
    "Who is the Kremlin spokesman?",
    "How long did the video call last?",
    "What did Biden call for?",
    "Where did the two presidents meet in person?",
    "Who won the world cup?",
)
LOCAL = "127.0.0.1"
MOST_TURNS = 50  # turns kept on the page; older ones would only make it slow


class Page:
    """The page over one collection; its methods are what the browser's events call."""

    def __init__(self, collection: Collection, reader: str | None = None) -> None:
        self._collection = collection
        self._answerer = Answerer(collection, reader)

    def ask(self, question: str, answers: list[Answer]) -> tuple[str, list[Answer], str, str]:
        """Answer a question: the conversation's HTML, its state, an emptied box and a notice."""
        try:
            answers = [*answers, self._answerer.ask(question)][-MOST_TURNS:]
        except QuotewiseError as error:
            return conversation_html(answers), answers, question, notice_html([str(error)], error=True)
        return conversation_html(answers), answers, "", ""

    def ask_api(self, question: str) -> dict[str, Any]:
        """Answer a question with the exact words of the documents; see `qa.answer.Answer` for the fields."""
        try:
            return self._answerer.ask(question).to_dict()
        except QuotewiseError as error:
            raise gr.Error(str(error)) from error

    def upload(self, paths: list[str] | None) -> tuple[str, str, None]:
        """Make uploaded files part of the collection: the documents' HTML, a notice, and an emptied box."""
        try:
            changes = add_uploads(self._collection, paths or [])
        except QuotewiseError as error:
            return self.documents(), notice_html([str(error)], error=True), None
        done = [
            f"{Path(source).name} {what}."
            for sources, what in (
                (changes.added, "can be asked about now"),
                (changes.updated, "replaces the earlier file of that name and can be asked about now"),
                (changes.unchanged, "was already there, unchanged"),
            )
            for source in sources
        ]
        failed = [refusal.reason for refusal in changes.refused]
        return self.documents(), notice_html(done, error=False) + notice_html(failed, error=True), None

    def documents(self) -> str:
        """The documents' HTML."""
        return documents_html(self._collection.documents())


def build_page(collection: Collection, reader: str | None = None) -> gr.Blocks:
    """The Gradio app over a collection, with another reader than the shipped one if so wanted."""
    page = Page(collection, reader)
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
                notice = gr.HTML()
                gr.Examples([[example] for example in EXAMPLES], box, label="Questions to try")
            with gr.Column(scale=3, min_width=260):
                listing = gr.HTML(container=True, padding=True)
                files = gr.File(label="Add documents", file_count="multiple", file_types=list(EXTRACTORS), height=150)
                upload_notice = gr.HTML()
        gr.on(
            [box.submit, button.click], page.ask, [box, answers], [log, answers, box, notice],
            api_name="ask_on_page", api_visibility="private", show_progress="minimal",
        )  # fmt: skip
        app.load(page.documents, None, listing, api_visibility="private")
        files.upload(page.upload, files, [listing, upload_notice, files], api_visibility="private")
        gr.api(page.ask_api, api_name="ask")
    return app


def launch(app: gr.Blocks, port: int | None, *, open_browser: bool, block: bool) -> str:
    """Serve the page on this machine only; the address. With `block`, returns when the server stops."""
    app.queue(max_size=32, default_concurrency_limit=2)
    _, address, _ = app.launch(
        server_name=LOCAL,
        server_port=port,
        share=False,
        inbrowser=open_browser,
        prevent_thread_lock=not block,
        show_error=False,
        enable_monitoring=False,
        max_file_size=LARGEST_FILE_BYTES,
        strict_cors=True,
        ssr_mode=False,
        footer_links=[],
        css_paths=STYLE,
        theme=gr.themes.Default(
            primary_hue="blue", font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]
        ),
        app_kwargs={"middleware": middleware()},
    )
    return str(address)


def serve(folder: str | None, port: int | None, *, reader: str | None = None, open_browser: bool) -> None:
    """Open the user's collection, or the one in `folder`, and serve the page until interrupted."""
    with open_library(folder, with_seeds=folder is None) as collection:
        app = build_page(collection, reader)
        try:
            launch(app, port, open_browser=open_browser, block=True)
        except OSError as error:
            raise PageError(f"Port {port} is taken: choose another with --port.") from error


class PageError(QuotewiseError):
    """The page cannot be served."""

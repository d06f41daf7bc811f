"""What programs that speak with the page by `gradio_client` can call beside `/ask`: the same as by the service."""

from __future__ import annotations

from typing import Any

import gradio as gr

from index.errors import QuotewiseError
from qa.plain import to_plain
from ui.web.service.common import NO_DOCUMENT, NO_PLACE
from ui.web.service.workspace import Workspace


class GradioCalls:
    """Functions for `gr.api`. What cannot be done is told in one sentence."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def documents(self) -> dict[str, Any]:
        """List the documents that can be asked; see `GET documents` of the service."""
        try:
            plain: dict[str, Any] = to_plain(self._workspace.documents.listing())
        except QuotewiseError as error:
            raise gr.Error(str(error)) from error
        return plain

    def source(self, document_id: str, start: int = 0, end: int = 0) -> dict[str, Any]:
        """Show a document around some characters; see `GET source/{id}` of the service."""
        try:
            plain: dict[str, Any] = to_plain(
                self._workspace.sources.open(document_id, max(0, start), max(0, start, end))
            )
        except KeyError as error:
            raise gr.Error(NO_DOCUMENT) from error
        except ValueError as error:
            raise gr.Error(NO_PLACE) from error
        except QuotewiseError as error:
            raise gr.Error(str(error)) from error
        return plain

"""What `gradio_client` can call beside `/ask`."""

import gradio as gr
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from messages import is_one_sentence

from qa.opened import open_documents
from ui.web.listing import Listing, listed
from ui.web.server import served
from ui.web.service.asking import Asking
from ui.web.service.gradio_calls import GradioCalls
from ui.web.service.own import TextSources
from ui.web.service.workspace import Workspace


class Article:
    """The article that comes with Quotewise."""

    def source(self, chosen=None):
        return open_documents(None)

    def listing(self):
        documents = tuple(listed(one, 0, "ready") for one in self.source().documents())
        return Listing(1, documents, (), (), (), True, "", "")


def test_documents_are_listed_and_shown_to_gradio_client(encoder):
    article = Article()
    calls = GradioCalls(Workspace(article, TextSources(article.source), Asking(article)))
    with gr.Blocks() as app:
        gr.api(calls.documents, api_name="documents")
        gr.api(calls.source, api_name="source")
    with served(app, None) as page:
        client = Client(page.address, verbose=False)
        [document] = client.predict(api_name="/documents")["documents"]
        assert document["title"] == "biden-putin-video-call"
        shown = client.predict(document["id"], 10, 20, api_name="/source")
        assert (shown["id"], shown["part"]["start"]) == (document["id"], 10)
        with pytest.raises(AppError) as caught:
            client.predict("nothing", api_name="/source")
        assert is_one_sentence(str(caught.value))

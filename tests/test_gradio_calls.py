"""What `gradio_client` can call beside `/ask`."""

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from homes import fresh_home
from messages import is_one_sentence
from serving import served_page

from ui.own_collection import OwnDocuments


def test_documents_are_listed_and_shown_to_gradio_client(tmp_path, monkeypatch, encoder):
    fresh_home(tmp_path, monkeypatch)
    with OwnDocuments() as documents, served_page(documents) as address:
        client = Client(address, verbose=False)
        [document] = client.predict(api_name="/documents")["documents"]
        assert document["title"] == "biden-putin-video-call"
        shown = client.predict(document["id"], 2019, 2032, api_name="/source")
        assert shown["id"] == document["id"]
        assert '<mark class="qw-quote">Dmitry Peskov</mark>' in shown["part"]["html"]
        with pytest.raises(AppError) as caught:
            client.predict("nothing", api_name="/source")
        assert is_one_sentence(str(caught.value))

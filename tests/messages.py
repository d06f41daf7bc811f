"""What every message to the user must be."""

import re

import pytest

from index.errors import DocumentError


def is_one_sentence(message):
    """Whether `message` is one sentence that ends with a period, on one line."""
    inside = re.search(r"[.!?]\s", message)
    return message.endswith(".") and not message.endswith("..") and not inside and "\n" not in message


def refusal(extractor, data, name="some.file"):
    """What `extractor` says of bytes that it cannot read: one sentence, which names the file."""
    with pytest.raises(DocumentError) as caught:
        extractor(data, name)
    assert name in str(caught.value)
    assert is_one_sentence(str(caught.value))
    return str(caught.value)

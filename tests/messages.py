"""What every message to the user must be."""

import re


def is_one_sentence(message):
    """Whether `message` is one sentence that ends with a period, on one line."""
    inside = re.search(r"[.!?]\s", message)
    return message.endswith(".") and not message.endswith("..") and not inside and "\n" not in message

"""Let something else read: whatever has a fingerprint, a calibration and `read` is a reader.

Prints:
rye bread
"""

import tempfile
from pathlib import Path

from quotewise import Answerer, Collection

from qa.confidence import Calibration
from qa.reading.spans import Span


class KnownPhrases:
    """Finds phrases from a list, and is sure of all of them."""

    fingerprint = "known phrases 1"
    calibration = Calibration(weights=(0.0, 0.0, 0.0), bias=5.0, threshold=0.5, careful_threshold=0.9)

    def read(self, question, views):
        phrases = ("rye bread", "six")
        return [
            Span(number, view.text.index(phrase), view.text.index(phrase) + len(phrase), phrase, score=1.0)
            for number, view in enumerate(views)
            for phrase in phrases
            if phrase in view.text
        ]


with tempfile.TemporaryDirectory() as scratch:
    note = Path(scratch, "bakery.txt")
    note.write_text("The owner bakes rye bread on Fridays.")
    with Collection(Path(scratch, "collection")) as collection:
        collection.add([note])
        print(Answerer(collection, KnownPhrases()).ask("What is baked on Fridays?").text)

"""Keep a collection, ask a part of it, and take something out of it again.

Prints:
2 added
Paul Storm, from 1 document
1 document left
"""

import tempfile
from pathlib import Path

from quotewise import Answerer, Collection

with tempfile.TemporaryDirectory() as scratch:
    papers = Path(scratch, "papers")
    papers.mkdir()
    (papers / "north.txt").write_text("The north lighthouse was built by Marta Lind.")
    (papers / "south.txt").write_text("The south lighthouse was built by Paul Storm.")
    with Collection(Path(scratch, "collection")) as collection:
        changes = collection.add([papers])
        print(len(changes.added), "added")
        answer = Answerer(collection).ask("Who built the lighthouse?", within=collection.within("south.*"))
        print(f"{answer.text}, from {answer.searched.documents} document")
        collection.remove(papers / "north.txt")
        print(len(collection.documents()), "document left")

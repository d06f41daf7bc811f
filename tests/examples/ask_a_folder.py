"""Ask files where they lie. They are indexed on first use, and again when they change.

Prints:
six (bakery.txt, characters 20-23)
"""

import tempfile
from pathlib import Path

import quotewise

with tempfile.TemporaryDirectory() as folder:
    Path(folder, "bakery.txt").write_text("The bakery opens at six. Its owner bakes rye bread on Fridays.")
    answer = quotewise.ask("When does the bakery open?", folder)
    citation = answer.citations[0]
    print(f"{answer.text} ({Path(citation.source).name}, characters {citation.start}-{citation.end})")

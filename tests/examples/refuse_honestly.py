"""What the documents do not say is not answered, and what came closest is shown as such.

Prints:
no_answer
The bakery opens at six.
"""

import tempfile
from pathlib import Path

from quotewise import ask

with tempfile.TemporaryDirectory() as folder:
    Path(folder, "bakery.txt").write_text("The bakery opens at six.")
    answer = ask("Who won the football world cup in 1998?", folder)
    print(answer.status)
    print(answer.alternatives[0].sentence)

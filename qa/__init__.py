"""A question in, a cited answer out.

>>> from qa import ask
>>> answer = ask("Who is the Kremlin spokesman?")
"""

from qa.answer import Answer, Citation
from qa.answerer import Answerer
from qa.asking import ask

__all__ = ["Answer", "Answerer", "Citation", "ask"]

"""How to train. Stands apart from the training itself, which takes seconds to import."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a run is trained by. The defaults suit a small reader that is trained on."""

    learning_rate: float = 1.0e-4
    epochs: int = 1  # passes over the examples, each in an order of its own
    seconds: float = 0.0  # train for so long instead, in as many passes as that makes; 0: the passes decide
    warmup: float = 0.05  # share of all steps over which the learning rate rises
    layer_decay: float = 0.9  # each layer below the top learns this much slower
    weight_decay: float = 0.01
    batch_tokens: int = 6000
    average_decay: float = 0.998  # exponential moving average of the weights, which is what is saved
    frozen_layers: int = 0  # lowest layers left as they are
    rank: int = 0  # train additions of this rank instead of the weights themselves (qa.training.adapters); 0: do not
    dropout: float = 0.1  # of hidden states; in the attention it would cost much time
    taught: float = 0.0  # share of a teacher's labels in the loss of starts and ends, 0 to 1
    kept_start: float = 0.0  # share of the starting weights in what is written (Wortsman et al. 2022)
    seed: int = 1

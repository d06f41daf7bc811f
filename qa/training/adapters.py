"""Training a large model by small additions to its weights (LoRA, Hu et al. 2021).

Each weight matrix W of a layer is left as it is and joined by a product of two narrow ones, W + UD. Since no gradient
of W is needed, a step takes two thirds of the time, and what has been learnt is a hundredth of the model's size.
"""

from __future__ import annotations

from typing import Any

import torch

SCALE = 2.0  # of UD: lets its entries stay small; alpha / rank in the paper


class AdaptedLinear(torch.nn.Module):
    """A linear layer joined by `up` [out, rank] times `down` [rank, in]; at first it computes what the layer did."""

    def __init__(self, linear: torch.nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = torch.nn.Parameter(torch.randn(rank, linear.in_features) * linear.in_features**-0.5)
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        rows = hidden.flatten(0, -2)
        whole = torch.addmm(self.linear(rows), rows @ self.down.T, self.up.T, alpha=SCALE)
        return whole.view(*hidden.shape[:-1], -1)

    @torch.no_grad()
    def absorbed(self) -> torch.nn.Linear:
        """The layer with the product added to its weights."""
        self.linear.weight.addmm_(self.up, self.down, alpha=SCALE)
        return self.linear


def adapt(model: Any, rank: int, frozen_layers: int = 0) -> None:
    """Put adapters on every weight matrix of the model's layers above the frozen ones.

    Of its parameters only they and the output layer still ask for gradients.
    """
    for name, parameter in model.named_parameters():
        parameter.requires_grad = "qa_outputs" in name
    for layer in model.base_model.encoder.layer[frozen_layers:]:
        for parent in list(layer.modules()):
            for name, child in list(parent.named_children()):
                if isinstance(child, torch.nn.Linear):
                    setattr(parent, name, AdaptedLinear(child, rank))


def absorb(model: Any) -> None:
    """Turn adapted layers back into plain ones, which hold what was learnt."""
    for parent in list(model.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, AdaptedLinear):
                setattr(parent, name, child.absorbed())

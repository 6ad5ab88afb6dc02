"""The linear model: what each feature speaks for, learned from the phrases and shipped as weights.json."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of a multinomial logistic regression over the set of features of a message."""

    intents: tuple[str, ...]
    bias: tuple[float, ...]
    scale: float
    weights: dict[str, tuple[int, ...]]
    """Of each feature for each intent, in units of `scale`."""

    def known(self, features: Iterable[str]) -> float:
        """Give the share of the features that the model has learned something of; 1 of none."""
        had = [one in self.weights for one in features]
        return sum(had) / len(had) if had else 1.0

    def score(self, features: Iterable[str]) -> dict[str, float]:
        """Give the probability of each intent, the likeliest first."""
        found = [row for one in features if (row := self.weights.get(one)) is not None]
        # Long messages have many features; each then counts for less.
        unit = self.scale / math.sqrt(len(found)) if found else 0.0
        totals = (sum(column) * unit for column in zip(*found, strict=True)) if found else self.bias
        sums = [bias + total for bias, total in zip(self.bias, totals, strict=True)]
        highest = max(sums)
        raw = [math.exp(one - highest) for one in sums]
        whole = sum(raw)
        ranked = sorted(zip(self.intents, raw, strict=True), key=lambda one: -one[1])
        return {intent: value / whole for intent, value in ranked}


@cache
def model() -> Model:
    """Give the model that is shipped."""
    held = json.loads(Path(__file__).with_name("weights.json").read_text("utf-8"))
    weights = {feature: tuple(row) for feature, row in held["weights"].items()}
    return Model(tuple(held["intents"]), tuple(held["bias"]), held["scale"], weights)

"""Learn the weights: `make train` (scikit-learn is needed only here).

Every template gives a few messages, varied as people vary them: no punctuation, a greeting in front, a word
heard wrongly. Each counts for its share, so that a template with many choices is not louder than another.
"""

import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bot.understanding import slots
from bot.understanding.verdict import features as reading
from tests.understanding import corpus
from tests.understanding.corpus import LEAVE, Template

WEIGHTS = Path(reading.__file__).with_name("weights.json")
TODAY = date(2026, 11, 23)
VARIANTS = 8
TITLES, TITLE_VARIANTS = "titles", 24
"""Flag of the sections that speak as public boards do; as they are few, they are varied more and count for more."""
SEED = 148
STRENGTH, EXACT = 60.0, 1e-4
"""How freely it may learn, and how near to the best it must come: stopped earlier, it finds less danger."""
LEVELS, KEPT = 255, 61_500
"""Steps of a weight to either side, and features that are shipped; more of them speak for nothing but the phrases."""
_PUNCTUATION = re.compile("[，。！？、,.!?；;~ ]+")


def variants(template: Template, lists: dict[str, list[str]], dice: random.Random) -> Iterator[str]:
    """Give different messages of one template."""
    number_of = TITLE_VARIANTS if TITLES in template.flags else VARIANTS
    chosen = {corpus.expand(template.words, lists, dice) for _ in range(number_of)}
    for number, message in enumerate(sorted(chosen)):
        yield message
        if number >= 3:
            continue
        yield _PUNCTUATION.sub("", message)
        yield misheard(message, dice)
        if template.intent != "greeting":
            yield f"{dice.choice(lists['hello'])}{dice.choice('， ')}{message}"
            yield f"{message}{dice.choice('， ')}{dice.choice(lists['please'])}"


def misheard(message: str, dice: random.Random) -> str:
    """Replace some characters by others of the same sound."""
    alike = _alike()
    return "".join(
        dice.choice(alike[reading.sounds_of()[sign]])
        if sign in reading.sounds_of() and dice.random() < 0.08
        else sign
        for sign in message
    )


def _alike() -> dict[str, list[str]]:
    if not _ALIKE:
        for sign, sound in reading.sounds_of().items():
            _ALIKE[sound].append(sign)
    return _ALIKE


_ALIKE: dict[str, list[str]] = defaultdict(list)


def covered(message: str) -> str:
    """Give a message as the model sees it."""
    return slots.read(slots.plain(message), TODAY)[1]


def examples(more: Iterable[Path] = ()) -> list[tuple[frozenset[str], str, float, int]]:
    """Give features, intent, weight and template number of every message to learn from; `more` are a house's own lines."""
    lists = corpus.words()
    made = []
    own = [line for path in more for line in corpus.pilot(path)]
    for number, template in enumerate([*corpus.templates(), *own]):
        dice = random.Random(f"{SEED}{template.words}")  # a line more changes nothing in what the others say
        messages = list(dict.fromkeys(variants(template, lists, dice)))
        share = 1 / len(messages) ** 0.5
        for message in messages:
            meant = LEAVE if LEAVE in template.flags else template.intent
            made.append((frozenset(reading.features(covered(message))), meant, share, number))
    return made


def fit(rows: list[tuple[frozenset[str], str, float, int]]) -> dict[str, Any]:
    """Learn weights; give them as they are shipped."""
    spread: dict[str, set[int]] = defaultdict(set)
    for found, _, _, number in rows:
        for one in found:
            spread[one].add(number)
    vocabulary = {one: index for index, one in enumerate(sorted(k for k, v in spread.items() if len(v) > 1))}
    indices: list[int] = []
    data: list[float] = []
    indptr = [0]
    for found, *_ in rows:
        mine = sorted(vocabulary[one] for one in found if one in vocabulary)
        indices += mine
        data += [1 / max(1, len(mine)) ** 0.5] * len(mine)
        indptr.append(len(indices))
    matrix = csr_matrix((np.array(data, np.float32), indices, indptr), shape=(len(rows), len(vocabulary)))
    labels = [intent for _, intent, _, _ in rows]
    counts: dict[str, float] = defaultdict(float)
    for _, intent, share, _ in rows:
        counts[intent] += share
    weight = np.array([share * (sum(counts.values()) / counts[intent] / len(counts)) ** 0.5
                       for _, intent, share, _ in rows], np.float32)  # fmt: skip
    learner = LogisticRegression(C=STRENGTH, max_iter=400, tol=EXACT)
    learner.fit(matrix, labels, sample_weight=weight)
    return shipped(list(vocabulary), list(learner.classes_), learner.coef_.T, learner.intercept_)


def shipped(names: list[str], intents: list[str], table: Any, bias: Any) -> dict[str, Any]:
    """Round the weights to small whole numbers and leave out those that say least."""
    said = np.abs(table).max(axis=1)
    scale = float(said.max()) / LEVELS
    whole = np.rint(table / scale).astype(int)
    kept = {names[index]: whole[index].tolist() for index in np.argsort(-said)[:KEPT]}
    return {
        "intents": intents,
        "bias": [round(float(one), 4) for one in bias],
        "scale": round(scale, 6),
        "phrases": corpus.digest(),
        "weights": kept,
    }


def write(model: dict[str, Any]) -> None:
    """Write the weights, a feature to a line."""
    head = {key: value for key, value in model.items() if key != "weights"}
    lines = (
        f"{json.dumps(k, ensure_ascii=False)}:{json.dumps(v, separators=(',', ':'))}"
        for k, v in sorted(model["weights"].items())
    )
    WEIGHTS.write_text(
        json.dumps(head, ensure_ascii=False)[:-1] + ', "weights": {\n' + ",\n".join(lines) + "\n}}\n", "utf-8"
    )


def main() -> None:
    """Learn from all phrases, and from the files that are named, and write the weights."""
    model = fit(examples(map(Path, sys.argv[1:])))
    write(model)
    print(f"{len(model['weights'])} features, {WEIGHTS.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()

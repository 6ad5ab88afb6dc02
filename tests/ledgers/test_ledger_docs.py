"""docs/ledgers.md names every ledger and every further sheet, by key and title, and says which come back."""

import re
from pathlib import Path

from intake.ledgers import LEDGERS
from intake.ledgers.ledger import ROW_KEY

PAGE = (Path(__file__).parents[2] / "docs" / "ledgers.md").read_text("utf-8")


def test_every_ledger_is_told_with_what_counts_as_a_row() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \| (\S+) \| [^|]+ \| ?([^|]*?) ?\|$", PAGE, re.MULTILINE)
    every = [one for first in LEDGERS.values() for one in (first, *first.sheets)]
    assert sorted(rows) == sorted(
        (
            one.key,
            one.title,
            ", ".join(
                word
                for word, there in (
                    ("back", ROW_KEY in one._declared_fields),
                    ("begins", bool(one.begins)),
                )
                if there
            ),
        )
        for one in every
    )


def test_a_ledger_says_what_counts_as_one() -> None:
    for first in LEDGERS.values():
        for one in (first, *first.sheets):
            assert one.counted.endswith("；"), one.key

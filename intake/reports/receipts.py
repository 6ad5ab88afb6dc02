"""Receipt numbers: twelve digits, the last of which checks the others (ISO 7064 Mod 11, 10).

A report without a phone or a name is looked up by the word of its receipt. It is no secret of its own: it follows from
the receipt and the house's key, so it is the same however often it is given.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from stdnum.iso7064 import mod_11_10

from intake.kinds.envelope import Envelope
from intake.language import text
from intake.reports import lookup
from intake.store.db import Database

LENGTH = 12
PROOF = frozenset({"phone", "child_name"})
"""What a receipt is looked up by, where the report holds it."""
DIGITS = 6


def make_receipt() -> str:
    """Give a new number; random, so that nobody learns how many reports there are or whose comes next."""
    first = 10 ** (LENGTH - 2)
    body = str(first + secrets.randbelow(9 * first))
    return body + str(mod_11_10.calc_check_digit(body))


def read_receipt(said: str) -> str | None:
    """Read a number as people write it, with spaces or dashes; None unless its check digit is right."""
    digits = "".join(one for one in text.normalise(said) if one.isdecimal())
    return digits if len(digits) == LENGTH and mod_11_10.is_valid(digits) else None


def show_receipt(receipt: str) -> str:
    """Write a number in groups of four, to be read over the phone."""
    return " ".join(receipt[i : i + 4] for i in range(0, len(receipt), 4))


def word_of_report(db: Database, report: Envelope) -> str:
    """Give the word of a report that lacks the phone or the child's name; nothing for any other."""
    return word_of_receipt(db, report.receipt) if lacks_proof(lookup.answers_of(db, report)) else ""


def lacks_proof(answers: Mapping[str, Any]) -> bool:
    """Tell whether answers lack the phone or the child's name."""
    return not all(answers.get(key) for key in PROOF)


def word_of_receipt(db: Database, receipt: str) -> str:
    """Give the word that goes with a receipt."""
    return f"{int(db.keys.digest('receipt-word', receipt), 16) % 10**DIGITS:0{DIGITS}d}"


def is_word(db: Database, receipt: str, said: str) -> bool:
    """Tell whether somebody says the word of a receipt, however spaced."""
    return "".join(one for one in text.normalise(said) if one.isdecimal()) == word_of_receipt(db, receipt)


def show_word(word: str) -> str:
    """Write a word in two groups, to be read over the phone."""
    return f"{word[:3]} {word[3:]}"

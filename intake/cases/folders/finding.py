"""What somebody types to find a case by: a name or its first letters, a number, a receipt, a phone or its last four."""

from intake.language import text
from intake.language.identity import document_number
from intake.language.naming.names import typed_name
from intake.language.naming.phones import phone_number
from intake.language.patterns import regex
from intake.store.db import Cell, Database

LONGEST = 60
"""Characters of a search."""
RECEIPT = 12
"""Digits of a receipt."""
_NUMBER = regex(r"(?:(\d{6})-)?(\d{4})-(\d{1,6})")
_ID = regex(r"\d{17}[\dX]")
_BY_KEY = "c.id IN (SELECT k.case_id FROM case_keys k WHERE k.key = ?)"
_BY_RECEIPT = (
    "c.id IN (SELECT k.case_id FROM case_reports k JOIN reports r ON r.id = k.report WHERE r.receipt = ?)"
)
_BY_NUMBER = "c.number IN (?, ?)"


def is_of_a_person(said: str) -> bool:
    """Tell whether what was typed is a whole number of identity or a telephone."""
    if _phone(said):
        return True
    said = _plain(said)
    digits = said.replace("-", "")
    return bool(_ID.fullmatch(said)) or (digits.isdecimal() and len(digits) > 6 and len(digits) != RECEIPT)


def found_by(db: Database, said: str) -> tuple[str, list[Cell]]:
    """Give the condition (SQL, arguments) over `cases c` for what was typed; nothing that can be read finds nothing."""
    if phone := _phone(said):
        return _BY_KEY, [db.keys.blind("case-phone", phone)]
    called, said = typed_name(said[:LONGEST]), _plain(said)
    number = _NUMBER.fullmatch(said)
    if number:
        code = number[1] or db.settings.district_code
        return "c.number = ?", [f"{code}-{number[2]}-{int(number[3]):06d}"]
    if _ID.fullmatch(said):
        return _BY_KEY, [db.keys.blind("case-id", said)]
    digits = said.replace("-", "")
    if digits.isdecimal():
        return _by_digits(db, digits)
    if said.isascii() and said.isalnum():
        low = said.lower()
        return "c.initials >= ? AND c.initials < ?", [low, f"{low}~"]
    name = called or said
    return ("c.child_name >= ? AND c.child_name < ?", [name, f"{name}\U0010ffff"]) if said else ("1 = 0", [])


def _plain(said: str) -> str:
    """Give letters and digits as they are kept; a number of identity in whatever way it is set apart."""
    number = document_number(said[:LONGEST]) or ""
    return number if _ID.fullmatch(number) else text.compact(said[:LONGEST]).upper()


def _phone(said: str) -> str:
    """Give the telephone that was typed; twelve digits in a row may be a receipt, and are none."""
    digits = text.compact(said[:LONGEST]).replace("-", "")
    return "" if len(digits) == RECEIPT and digits.isdecimal() else phone_number(said[:LONGEST]) or ""


def _by_digits(db: Database, said: str) -> tuple[str, list[Cell]]:
    """Take digits for a receipt, a phone, its last four, or a case's number of this year or the last one."""
    if len(said) == RECEIPT:
        return _BY_RECEIPT, [said]
    if len(said) > 6:
        return _BY_KEY, [db.keys.blind("case-phone", said)]
    year = db.here().year
    numbers: list[Cell] = [f"{db.settings.district_code}-{one}-{int(said):06d}" for one in (year, year - 1)]
    if len(said) != 4:
        return _BY_NUMBER, numbers
    return f"({_BY_NUMBER} OR {_BY_KEY})", [*numbers, db.keys.blind("case-phone-end", said)]

"""Who a child is stands in its own row: a change puts what was there among the facts of before, with its source and day."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.children.children import (
    Child,
    cells_of_child,
    change_child,
    child_of_number,
    child_of_pupil_number,
    find_child,
    number_hash,
    number_of_child,
    pupil_hash,
    write_cells,
)
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin, facts_of
from intake.children.facts.fact_kinds import FACT_KINDS
from intake.children.facts.former import keep_former
from intake.children.facts.noting import NewFact
from intake.children.facts.sources import OLD, SOURCES
from intake.errors import Invalid, Missing
from intake.language.identity import DIGITS, citizen
from intake.language.patterns import regex
from intake.store import audit
from intake.store.db import Database

NAME, NUMBER, PUPIL, BORN, SEX = "name", "id_number", "pupil_number", "birth_date", "sex"
IDENTITY = tuple(kind for kind, one in FACT_KINDS.items() if one.identity)
TAKEN = "taken"
"""Why a word about somebody's identity was closed that is believed now: it stands in the child's row."""
_SAME = "和现在记着的一样，不用改。"
_NO_PUPIL_NUMBER = "学籍号是字母 G、L 或 J 加 18 位，请核对。"
_PUPIL_NUMBER = regex(r"[GLJ][0-9]{17}[0-9X]|(?![GLJ][0-9X]*$)[0-9A-Z]{8,24}")
_OTHERS = "这个号码已经是另一个孩子的。请先查那个孩子，是同一个人就合并。"
_UNLIKE = "和证件号里的{}对不上。证件号写错了，请先改证件号。"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a child is by kind, as far as it is known, from which source, on which day; empty texts are not known."""

    values: Mapping[str, str]
    source: str
    day: str


def identity_of(db: Database, child: Child) -> Identity:
    """Give who a child is, its numbers in clear."""
    row = cells_of_child(db, child)
    source = str(row["source"] or OLD)
    return Identity(
        {
            NAME: child.name, NUMBER: number_of_child(db, child), PUPIL: number_of_child(db, child, PUPIL),
            BORN: child.birth_date, SEX: child.sex,
        },
        source if source in SOURCES else OLD, str((row["sourced_on"] if row else "") or ""),
    )  # fmt: skip


def change_identity(db: Database, child_id: str, kind: str, value: str, said: FactOrigin) -> None:
    """Write who a child is as somebody of the staff says, and keep what was. Raises Missing and Invalid at the kind.

    A birth date and a sex follow from a citizen number (GB 11643): with a new one they are those it tells.
    """
    with db.write():
        child = find_child(db, child_id)
        if child is None:
            raise Missing
        known = identity_of(db, child)
        new = {kind: value} | (_told_by(db, value) if kind == NUMBER else {})
        _refuse(db, child, kind, value, known)
        for one, words in new.items():
            _take(db, child, one, words, said)
            if known.values[one] not in ("", words):
                _keep(db, child, one, known, said)
        _write(db, child, new, said)
        audit.note(db, said.actor, "fact.confirmed", child.id, kind)


def _refuse(db: Database, child: Child, kind: str, value: str, known: Identity) -> None:
    if known.values[kind] == value:
        raise Invalid({kind: [_SAME]})
    if kind in (NUMBER, PUPIL):
        other = (
            child_of_number(db, number_hash(db, value))
            if kind == NUMBER
            else child_of_pupil_number(db, pupil_hash(db, value))
        )
        if other and other.id != child.id:
            raise Invalid({kind: [_OTHERS]})
    if kind == PUPIL and not _PUPIL_NUMBER.fullmatch(value):
        raise Invalid({kind: [_NO_PUPIL_NUMBER]})
    if kind == NUMBER and len(value) == DIGITS and value[:-1].isdecimal():
        try:
            citizen(value, db.today())
        except ValueError as error:
            raise Invalid({kind: [str(error)]}) from None
    told = _told_by(db, known.values[NUMBER]).get(kind)
    if told and told != value:
        raise Invalid({kind: [_UNLIKE.format(FACT_KINDS[kind].title)]})


def _told_by(db: Database, number: str) -> dict[str, str]:
    """Give the birth date and the sex that a citizen number tells; nothing for another number."""
    try:
        read = citizen(number, db.today())
    except ValueError:
        return {}
    return {BORN: read.birth_date.isoformat(), SEX: read.sex}


def _keep(db: Database, child: Child, kind: str, known: Identity, said: FactOrigin) -> None:
    """Put what stands in the row among the facts of before."""
    was = NewFact(child.id, kind, {kind: known.values[kind]})
    keep_former(db, was, said.actor, known.source, known.day)


def _take(db: Database, child: Child, kind: str, value: str, said: FactOrigin) -> None:
    """Close what was said of the same beside the row: it is believed now, or denied."""
    for fact in facts_of(db, child.id):
        if fact.kind == kind:
            noting.close_fact(db, fact, said.actor, TAKEN if fact.get(kind) == value else noting.DENIED)


def _write(db: Database, child: Child, new: Mapping[str, Any], said: FactOrigin) -> None:
    changed = replace(
        child,
        name=new.get(NAME, child.name),
        birth_date=new.get(BORN, child.birth_date),
        sex=new.get(SEX, child.sex),
    )
    change_child(db, changed, new.get(NUMBER, ""), actor=said.actor, pupil_number=new.get(PUPIL, ""))
    write_cells(db, child.id, {"source": said.source, "sourced_on": said.day.isoformat()})

"""One row that came back, looked at cell by cell: what was touched, whether it may be, and what it would change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.calendar import clock
from intake.cases import rules, work
from intake.cases.case import STAFF
from intake.cases.checking import Impossible, rest_of_words
from intake.cases.filling import FILLED
from intake.cases.rulebook import states
from intake.cases.rulebook.transitions import TRANSITIONS
from intake.errors import Denied, Invalid, Missing, Refused
from intake.fields import Day
from intake.ledgers.returning import advising
from intake.ledgers.returning.findings import DEED, CellChange, CellStale, ReturnedRow
from intake.ledgers.returning.knowing import CaseTrace, is_own
from intake.ledgers.returning.reading.matching import KnownLedger
from intake.ledgers.returning.reading.values import (
    ERASED,
    NO_VALUE,
    is_untouched,
    read_value,
    said_in,
    shown_value,
)
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database, Row

CHANNEL = "return"
GONE = "找不到这一行。它可能不归您管，或者已经不在了。"
UNKNOWN = "这不是本系统导出的行。请用系统发出的表填写，行码不要改。"
DOUBLED = "同一行出现了两次，不知道以哪一行为准。请只留一行。"
TWICE = "同一件事在两张表里都填了，内容不一样。请只留一处。"
NOT_YOURS = "这件事您只能看，不能填。"
NOT_YOUR_COLUMN = "这一列不由您填。请清空这一格，或者请负责的人填。"
MERGED_AWAY = "这件事已经并入另一个个案，请填在那一行。"
TODAY = "；没写日期，按 {} 记"
DAY_ALONE = "写了日期，没有选办理结果。请选一个，或者把日期清空。"
_AT: Mapping[str, str] = {
    "day": "deed_on", "words": "deed_words", "reason": "deed_words", "result": "deed_words",
    "people": "deed_words", "whom": "deed_words",
}  # fmt: skip
"""At which column of a deed it is said that an answer of its transition is missing or wrong."""


@dataclass(slots=True)
class RowSender:
    """With what rows are looked at: who sends them, and the names that stand for ids."""

    db: Database
    by: Person
    names: dict[str, str]

    def name(self, actor: str) -> str:
        """Give the name of an account, read once."""
        if actor not in self.names:
            found = accounts.name_of(self.db, actor) if actor.startswith(STAFF) else ""
            self.names[actor] = found or ("命令" if actor == accounts.COMMAND else "系统")
        return self.names[actor]

    def since(self, rows: list[Row]) -> str:
        """Say what was done last: by whom, when, what."""
        if not rows:
            return ""
        last = rows[-1]
        did = TRANSITIONS[last["event"]].did if last["event"] in TRANSITIONS else last["event"]
        return f"{self.name(last['actor'])} {clock.local(last['at']):%m-%d %H:%M} {did}"


def type_row(row: ReturnedRow, known: KnownLedger) -> None:
    """Note what stands in the columns that somebody fills in."""
    for word, key in known.words.items():
        cell = row.raw.cells.get(word) if key in known.fillable else None
        if cell is None:
            continue
        said = said_in(cell.said)
        if said or cell.mark:
            row.typed[key] = said


def judge_row(sender: RowSender, row: ReturnedRow, known: KnownLedger, trace: CaseTrace | None) -> None:
    """Look at a row that carries a sound key; what is found is noted in it."""
    if trace is None:
        row.refuse(GONE)
        return
    touched = _touched(sender, row, known, trace)
    if not touched:
        return
    if trace.case.state == states.MERGED:
        row.refuse(MERGED_AWAY)
        return
    if not (trace.workable and rules.allowed(TRANSITIONS[FILLED], trace.case, sender.by)):
        row.refuse(NOT_YOURS)
        return
    mine = known.ledger.fillable(sender.by.role)
    for key in touched:
        if key not in mine:
            refuse_cell(row, known, key, NOT_YOUR_COLUMN)
    _judge_deed(sender, row, known, [key for key in touched if key in known.ledger.deeds and key in mine])
    for key in touched:
        if key in mine and key not in known.ledger.deeds:
            _judge_cell(sender, row, known, trace, key)


def _touched(sender: RowSender, row: ReturnedRow, known: KnownLedger, trace: CaseTrace) -> list[str]:
    """Give the columns whose cells differ from what went out; a blank changes nothing."""
    if not row.typed:
        return []
    base = {**row.held, **trace.filled(row.version)}
    found = []
    for key, said in row.typed.items():
        deed = key in known.ledger.deeds
        if deed and said in ERASED:
            continue
        if said and is_untouched(known.fillable[key], said, None if deed else base.get(key)):
            continue
        if said in ERASED and key not in base and key not in trace.filled():
            continue  # there was nothing to take away
        found.append(key)
    return found


def _judge_cell(sender: RowSender, row: ReturnedRow, known: KnownLedger, trace: CaseTrace, key: str) -> None:
    field, said, at = known.fillable[key], row.typed[key], row.column_of(known.words, key)
    try:
        value = None if said in ERASED else read_cell(row, known, key)
    except Refused as no:
        refuse_cell(row, known, key, str(no))
        return
    now = {**trace.filled(), **row.held}.get(key)
    base = {**row.held, **trace.filled(row.version)}.get(key)
    if value == now:
        return
    later = [one for one in trace.later(row.version) if not is_own(one, row.mark, sender.by.actor)]
    label = field.asked.heading
    if later:
        sent, there = shown_value(field, base), shown_value(field, now)
        row.stale.append(CellStale(key, label, at, sent, there, said, sender.since(later)))
        return
    effect = "清空，原来的留着" if value is None else "填上" if now is None else "改过来，原来的留着"
    row.changes.append(CellChange(key, label, at, now, value, shown_value(field, now),
                                  "（清空）" if value is None else field.show(value), effect))  # fmt: skip


def _judge_deed(sender: RowSender, row: ReturnedRow, known: KnownLedger, touched: list[str]) -> None:
    """Look at the columns that do something on the case; they are one deed together."""
    said: dict[str, Any] = {}
    for key in touched:
        try:
            said[key] = read_cell(row, known, key)
        except Refused as no:
            refuse_cell(row, known, key, str(no))
    if not touched or len(said) < len(touched):
        return
    asked = known.ledger.deed(said)
    if asked is None:
        refuse_cell(row, known, touched[0], DAY_ALONE)
        return
    row.changes.append(_deed(sender.db, row, known, said, *asked))


def _deed(
    db: Database,
    row: ReturnedRow,
    known: KnownLedger,
    said: Mapping[str, Any],
    event: str,
    raw: Mapping[str, Any],
) -> CellChange:
    """Give what was filled into the columns of a deed, as the transition that it asks for."""
    first = next(key for key in known.fillable if key in said)
    shown = "；".join(known.fillable[key].show(said[key]) for key in known.fillable if key in said)
    if raw.get("day") and not any(isinstance(known.fillable[key], Day) for key in said):
        shown += TODAY.format(raw["day"])
    words = rest_of_words(TRANSITIONS[event], raw)
    return CellChange(DEED, known.fillable[first].asked.heading, row.column_of(known.words, first), None, shown, NO_VALUE, shown,
                      "", event, raw, words, deed_token(db, row, said))  # fmt: skip


def try_deed(
    sender: RowSender, row: ReturnedRow, known: KnownLedger, trace: CaseTrace, tokens: Mapping[str, str]
) -> None:
    """Ask the rules of the case about the deed of a row; `tokens` are the events that were done under some keys."""
    at, change = next((at, one) for at, one in enumerate(row.changes) if one.key == DEED)
    done, later = tokens.get(change.token, ""), trace.later(row.version)
    if done and done not in trace.undone:
        del row.changes[at]  # the same row came before
    elif later:
        del row.changes[at]
        row.stale.append(CellStale(DEED, change.label, change.column, NO_VALUE, trace.case.state, change.becomes,
                                   sender.since(later)))  # fmt: skip
    elif after := _state_after(sender, row, known, trace, change):
        row.changes[at] = replace(change, effect=_effect(change, trace.case.state, after))


def _state_after(
    sender: RowSender, row: ReturnedRow, known: KnownLedger, trace: CaseTrace, change: CellChange
) -> str:
    """Give the state to which a deed leads; nothing where the rules refuse it, which is said at its cell."""
    try:
        return work.attempt(sender.db, trace.case, change.event, change.raw, sender.by, workable=trace.workable,
                            steps=trace.steps)  # fmt: skip
    except Invalid as no:
        for key, sentences in no.errors.items():
            refuse_cell(row, known, _AT.get(key, "deed"), "".join(sentences))
    except Impossible as no:
        refuse_cell(row, known, "deed", advising.advice_of_state(str(no), known, trace, sender.by))
    except Refused as no:
        refuse_cell(row, known, _AT.get(no.field, "deed"), str(no))
    except (Denied, Missing):
        refuse_cell(row, known, "deed", advising.advice_of_role(change.event, known, trace, sender.by))
    return ""


def _effect(change: CellChange, before: str, after: str) -> str:
    did = TRANSITIONS[change.event].did or TRANSITIONS[change.event].title
    return f"{did}（{before} → {after}）" if after != before else f"记一笔：{did}"


def deed_token(db: Database, row: ReturnedRow, said: Mapping[str, Any]) -> str:
    """Give the key under which the same deed of the same row is done once, however often it is sent."""
    whole = "|".join(
        (row.ledger, row.number, str(row.version), *(f"{key}={said[key]}" for key in sorted(said)))
    )
    return f"{CHANNEL}:{db.keys.digest('return-row', whole)}"


def read_cell(row: ReturnedRow, known: KnownLedger, key: str) -> Any:
    """Read what was filled into a column. Raises Refused."""
    cell = row.raw.cells[_word(known, key)]
    return read_value(known.fillable[key], row.typed[key], cell.mark, from_1904=row.raw.head.from_1904)


def refuse_cell(row: ReturnedRow, known: KnownLedger, key: str, sentence: str) -> None:
    """Note what is wrong with a cell."""
    if key not in known.fillable:
        key = next(one for one in known.fillable if one in row.typed)
    row.refuse(
        sentence,
        key,
        known.fillable[key].asked.heading,
        row.column_of(known.words, key),
        row.typed.get(key, ""),
    )


def _word(known: KnownLedger, key: str) -> str:
    return next(word for word, one in known.words.items() if one == key)

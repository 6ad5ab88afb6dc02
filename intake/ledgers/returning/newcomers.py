"""Rows without a key in a ledger that takes new ones: a child that nobody knew of yet, looked for before a case is opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.cases.folders import sought
from intake.cases.folders.sought import Known
from intake.errors import Denied, Invalid, Refused
from intake.fields.privacy import mask_name
from intake.kinds import KINDS
from intake.kinds.statuses import ON_LEAVE
from intake.language import text
from intake.ledgers.returning.findings import ReturnedRow
from intake.ledgers.returning.reading.matching import KnownLedger
from intake.ledgers.returning.reading.values import ERASED, read_value, said_in, sure_words
from intake.ledgers.subjects import SubjectLedger
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports import by_hand, lookup
from intake.store.db import Database

NO_NEW_ROWS = "这一行没有行码，这张表不收新行。新的孩子请在“开个案”里登记；是原来的行就补上行码。"
NO_CASE = "这份报告不用办（比如已请假），这里填的不收。要改请在报告里改。"
NO_NAME = "请写孩子的姓名。"
ON_LEAVE_NOW = "已请假的不用新增。孩子真没来，“是否已请假”请写否。"
NAME, NUMBER, RECEIPT = "child_name", "id_number", "receipt"
ADDRESSES = ("residence", "household_place")
"""The columns in which a home may be named where a ledger has none for the town."""
OTHER = "other"
"""What is chosen where none of those who are known is the child."""


@dataclass(slots=True)
class Newcomer:
    """What a row without a key says: the kind of report it becomes, its answers, and who knows the child already.

    Without a kind it is of no report, see `new_subjects`.
    """

    kind: str
    columns: Mapping[str, int]
    """Where each answer stands."""
    labels: Mapping[str, str]
    said: dict[str, str]
    filled: dict[str, Any] = field(default_factory=dict)
    """What was filled in beside the report."""
    key: str = ""
    """By which the same row is one report, however often it is sent."""
    known: bool = False
    """Whether it came before."""
    hits: Known | None = None

    def __repr__(self) -> str:
        return f"Newcomer({self.kind!r})"  # what stands in a traceback tells nothing about the child

    @property
    def doubtful(self) -> bool:
        """Tell whether somebody must say first that it is another child."""
        return self.hits is not None and self.hits.found

    @property
    def choice(self) -> str:
        """Give the name under which a page sends what was chosen."""
        return f"new-{self.key[:16]}"


def recognise_newcomer(row: ReturnedRow, known: KnownLedger) -> None:
    """Take a row without a key for a new one where its ledger takes such; say so where it does not."""
    kind = known.ledger.begins
    said = {
        key: (word, text_)
        for word, key in known.words.items()
        if (text_ := _said(row, word)) or (word in row.raw.cells and row.raw.cells[word].mark)
    }
    if NAME not in said and not said.keys() & known.fillable.keys():
        return  # a remark below the table
    row.ledger, row.child = known.key, mask_name(said[NAME][1]) if NAME in said else ""
    if RECEIPT in said:  # it went out like this: a report of which there is no case
        if said.keys() & known.fillable.keys():
            row.refuse(NO_CASE)
        return
    of_subject = isinstance(known.ledger, SubjectLedger) and known.ledger.takes_new
    if not kind and not of_subject:
        row.refuse(NO_NEW_ROWS)
        return
    declared = KINDS[kind].answers() if kind else known.ledger.answers()
    columns = {
        key: row.raw.head.columns[word] for word, key in known.words.items() if word in row.raw.head.columns
    }
    labels = {column.key: column.label for column in known.ledger.columns()}
    mine = [key for key in said if key in declared and key not in known.fillable]
    row.newcomer = Newcomer(kind, columns, labels, {key: said[key][1] for key in mine})
    row.typed = {key: one for key, (_, one) in said.items()}
    today = known.ledger.world.now().date()
    for key in mine:
        word, text_ = said[key]
        try:
            row.newcomer.said[key] = sure_words(
                declared[key], text_, row.raw.cells[word].mark, from_1904=row.raw.head.from_1904, today=today
            )
        except Refused as no:
            _refuse(row, key, str(no))
    for key in said.keys() & known.fillable.keys():
        _fill(row, known, key, row.raw.cells[said[key][0]].mark)


def judge_newcomers(db: Database, by: Person, rows: Sequence[ReturnedRow]) -> None:
    """Read what new rows say, and look for each child; nothing is written."""
    for row in rows:
        new: Newcomer = row.newcomer
        new.said = {**KINDS[new.kind].when_unknown, **_town(db, by, row, new), **new.said}
        new.key = db.keys.digest(
            "return-new", "|".join((new.kind, *(f"{k}={new.said[k]}" for k in sorted(new.said))))
        )
        if NAME not in new.said:
            _refuse(row, NAME, NO_NAME)
        elif not row.faults:
            _judge(db, by, row, new)


def _judge(db: Database, by: Person, row: ReturnedRow, new: Newcomer) -> None:
    new.known = lookup.report_by_key(db, by_hand.key_of(new.key)) is not None
    if new.known:
        return
    try:
        answers, _ = by_hand.checked_by_hand(db, by, new.kind, new.said)
    except Invalid as no:
        for key, sentences in no.errors.items():
            _refuse(row, key, "".join(sentences))
        return
    except Denied as no:
        row.refuse(str(no))
        return
    if lookup.schema(db, new.kind).status(answers) == ON_LEAVE:
        _refuse(row, "on_leave", ON_LEAVE_NOW)
        return
    new.hits = sought.known_inside(
        db, by, str(answers[NAME]), str(answers.get(NUMBER) or answers.get("phone") or "")
    )


def _town(db: Database, by: Person, row: ReturnedRow, new: Newcomer) -> dict[str, str]:
    """Give the town where a ledger does not ask for it: of an address, of the school, of who sends the row."""
    places = gazetteer.world(db).places
    addresses = [row.typed.get(key, "") for key in ADDRESSES]
    found = next((place.code for one in addresses if one and (place := places.town(one).place)), "")
    school = places.school(new.said.get("school", "")).place if new.said.get("school") else None
    code = (
        found or (school.town if school else "") or (by.area if len(by.area) == accounts.TOWN_DIGITS else "")
    )
    return {"town": code} if code else {}


def _fill(row: ReturnedRow, known: KnownLedger, key: str, mark: str) -> None:
    said = row.typed[key]
    column = row.newcomer.columns.get(key, -1)
    if key in known.ledger.deeds:
        row.refuse("新行先收下来，办理结果下次再填。", key, known.fillable[key].asked.heading, column, said)
    elif said not in ERASED:
        try:
            row.newcomer.filled[key] = read_value(
                known.fillable[key], said, mark, from_1904=row.raw.head.from_1904
            )
        except Refused as no:
            row.refuse(str(no), key, known.fillable[key].asked.heading, column, said)


def _said(row: ReturnedRow, word: str) -> str:
    cell = row.raw.cells.get(word)
    return said_in(cell.said) if cell else ""


def _refuse(row: ReturnedRow, key: str, sentence: str) -> None:
    new: Newcomer = row.newcomer
    row.refuse(
        sentence,
        key,
        new.labels.get(key, ""),
        new.columns.get(key, -1),
        text.normalise(new.said.get(key, "")),
    )

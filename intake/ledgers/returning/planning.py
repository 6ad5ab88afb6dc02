"""What a workbook that came back would change, told without changing anything: no number, no message, no line of the audit."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from intake.errors import Refused
from intake.fields.privacy import mask_name
from intake.ledgers.returning import lines, new_subjects, newcomers, of_subjects
from intake.ledgers.returning.findings import DEED, ReturnedRow, ReturnPlan
from intake.ledgers.returning.judging import DOUBLED, TWICE, UNKNOWN, RowSender, judge_row, try_deed, type_row
from intake.ledgers.returning.knowing import (
    CaseTrace,
    known_tokens,
    numbers_of_receipts,
    traces_of,
    with_events,
)
from intake.ledgers.returning.reading.matching import KnownLedger, candidates, known_ledgers, ledger_of_key
from intake.ledgers.returning.reading.sheets import BookSheet, TableHead, heads_of_line, rows_of_book
from intake.people.accounts import Person
from intake.store.db import Database

MOST = 20_000
"""Rows of one workbook."""
TOO_MANY = f"这个文件超过 {MOST} 行。请分成几个文件交。"
NO_KEYS = "这个文件里没有“行码”这一列，认不出是哪些行。请用系统发出的表填写，行码那一列不要删。"
LISTS = "是学校、学生、老师的名单，请到“导入名单”上传。"
FILE = "file"
FAR = "工作表“{}”的 {} 那里还有内容，太远了，没有读。请删掉下面和右边的空行空列再交。"
HIDDEN = "有 {} 行被筛选或隐藏，也一起看了；里面有改动的在下面标着“隐藏”。"
UNREAD = "认不出“{}”这一列，里面写的没有看；表里该有的“{}”找不到。请把表头改回原样，再交一次。"
DOUBLED_COLUMN = "“{}”有两列，不知道以哪一列为准。请只留一列。"


@dataclass
class _Book:
    """The ledgers, the cases, and the ledger of each row while a workbook is looked at."""

    ledgers: list[KnownLedger]
    of_row: dict[int, KnownLedger] = field(default_factory=dict)
    traces: dict[str, CaseTrace] = field(default_factory=dict)

    def of_subjects(self, rows: Iterable[ReturnedRow]) -> list[tuple[ReturnedRow, KnownLedger]]:
        """Give those of some rows that are of no case, with their ledgers."""
        return [(row, self.of_row[id(row)]) for row in rows if row.ref[:1].isalpha()]

    def trace(self, row: ReturnedRow) -> CaseTrace | None:
        """Give the case of a row, if it may be seen."""
        return self.traces.get(row.number)


def plan_return(db: Database, by: Person, sheets: Sequence[BookSheet]) -> ReturnPlan:
    """Tell what a workbook would change; writes nothing. `ReturnPlan.rows` has every row that says something.

    Raises Refused where no row can be known again, and for too many of them.
    """
    found = judge_rows(db, by, _rows(db, sheets))
    left = [FAR.format(sheet.name, sheet.far) for sheet in sheets if sheet.far]
    return ReturnPlan(found.rows, [*left, *found.told])


def refuse_unknown(db: Database, sheets: Sequence[BookSheet]) -> None:
    """Raise Refused for a workbook in which no row can be known again, before anything of it is kept."""
    _rows(db, sheets)


def _rows(db: Database, sheets: Sequence[BookSheet]) -> list[ReturnedRow]:
    words = {word for one in known_ledgers(db) for word in one.words}
    rows = [ReturnedRow(one) for one in rows_of_book(sheets, words)]
    heads = (heads_of_line(sheet, line, words) for sheet in sheets for line in sheet.lines)
    if not rows and not any(heads):
        raise Refused(NO_KEYS + LISTS, FILE)
    if len(rows) > MOST:
        raise Refused(TOO_MANY, FILE)
    return rows


def judge_rows(db: Database, by: Person, rows: Sequence[ReturnedRow], *, compare: bool = True) -> ReturnPlan:
    """Look at rows anew, as they came; without `compare` edits elsewhere are those of the look before."""
    rows = [ReturnedRow(one.raw, ignored=[] if compare else one.ignored) for one in rows]
    book, sender = _Book(known_ledgers(db)), RowSender(db, by, {})
    _recognise(db, book, rows)
    _refuse_doubled(rows)
    _find_cases(db, by, book, rows)
    sound = [row for row in rows if row.ref and not row.faults]
    with_events(
        db, {trace.case.id: trace for row in sound if row.typed and (trace := book.trace(row))}.values()
    )
    for row in sound:
        if not row.ref[:1].isalpha():
            judge_row(sender, row, book.of_row[id(row)], book.trace(row))
    for row, known in book.of_subjects(sound):
        of_subjects.judge_subject(db, by, row, known)
    _try_deeds(sender, book, rows)
    _refuse_twice(rows)
    told = []
    if compare and not lines.note_ignored(
        db, by, [(row, book.of_row[id(row)]) for row in sound if row.case or row.subject], book.traces
    ):
        told.append(lines.NOT_COMPARED)
    new = [row for row in rows if row.newcomer is not None]
    newcomers.judge_newcomers(db, by, [row for row in new if row.newcomer.kind])
    new_subjects.judge_new_subjects(db, by, [row for row in new if not row.newcomer.kind])
    told += _unread_columns(book, sound) if compare else []
    kept = [row for row in rows if row.ref or row.faults or row.newcomer is not None]
    hidden = sum(row.raw.hidden for row in kept)
    told += [HIDDEN.format(hidden)] if hidden else []
    return ReturnPlan(kept, told)


def _recognise(db: Database, book: _Book, rows: Iterable[ReturnedRow]) -> None:
    """Find the ledger and the case of each row by its key; one without a key may be a new one."""
    likely: dict[tuple[str, int, int], list[KnownLedger]] = {}
    for row in rows:
        head = row.raw.head
        place = (head.sheet, head.row, head.key_at)
        if place not in likely:
            likely[place] = candidates(book.ledgers, head)
        mine = likely[place]
        found = ledger_of_key(db, mine, row.raw.key) if row.raw.key else None
        if found:
            known, key = found
            row.ledger, row.ref, row.version = known.key, key.ref, key.version
            book.of_row[id(row)] = known
            type_row(row, known)
            _refuse_columns(row, known, head)
        elif row.raw.key:
            row.refuse(UNKNOWN)
        elif mine:
            newcomers.recognise_newcomer(row, mine[0])


def _find_cases(db: Database, by: Person, book: _Book, rows: Sequence[ReturnedRow]) -> None:
    """Find the cases that the keys name, as far as whoever sends them may see them."""
    numbers = numbers_of_receipts(db, [row.ref for row in rows if row.ref.isdecimal()])
    for row in rows:
        row.number = row.ref if "-" in row.ref else numbers.get(row.ref, "")
    book.traces = traces_of(db, by, [row.number for row in rows if row.number])
    for row in rows:
        if trace := book.trace(row):
            row.case, row.child = trace.case, mask_name(trace.case.child_name)
    of_subjects.find_subjects(db, by, book.of_subjects(rows))
    of_subjects.note_held(db, by, [(row, book.of_row[id(row)]) for row in rows if row.case and row.typed])


def _unread_columns(book: _Book, rows: Iterable[ReturnedRow]) -> list[str]:
    """Name the columns that hold something and are none of the ledger, where one to be filled in is missing."""
    missing: dict[tuple[str, int, int], list[str]] = {}
    found: dict[str, str] = {}
    for row in rows:
        known, head = book.of_row[id(row)], row.raw.head
        place = (head.sheet, head.row, head.key_at)
        if place not in missing:
            missing[place] = [
                word
                for word, key in known.words.items()
                if key in known.fillable and word not in head.columns
            ]
        if missing[place]:
            for word in row.raw.cells.keys() - known.words.keys():
                found.setdefault(word, "、".join(missing[place]))
    return [UNREAD.format(word[:20], lost) for word, lost in sorted(found.items())]


def _refuse_columns(row: ReturnedRow, known: KnownLedger, head: TableHead) -> None:
    """Refuse a row that fills in a column which stands there twice."""
    for word, at in head.doubled.items():
        key = known.words.get(word, "")
        if key in known.fillable and key in row.typed:
            row.refuse(
                DOUBLED_COLUMN.format(known.fillable[key].asked.heading),
                key,
                known.fillable[key].asked.heading,
                at,
            )


def _refuse_doubled(rows: Iterable[ReturnedRow]) -> None:
    """Refuse both of two rows of one case in one ledger: nobody knows which of them counts."""
    count = Counter((row.ledger, row.ref) for row in rows if row.ref)
    for row in rows:
        if row.ref and count[row.ledger, row.ref] > 1:
            row.refuse(DOUBLED)


def _try_deeds(sender: RowSender, book: _Book, rows: Iterable[ReturnedRow]) -> None:
    deeds = {id(row): one for row in rows for one in row.changes if one.key == DEED}
    tokens = known_tokens(sender.db, [one.token for one in deeds.values()])
    for row in rows:
        trace = book.trace(row)
        if id(row) in deeds and trace:
            try_deed(sender, row, book.of_row[id(row)], trace, tokens)


def _refuse_twice(rows: Iterable[ReturnedRow]) -> None:
    """Refuse what two ledgers of one workbook say otherwise of one case; what both say counts once."""
    said: defaultdict[tuple[str, str], list[ReturnedRow]] = defaultdict(list)
    for row in rows:
        for one in row.changes:
            said[row.about, one.key].append(row)
    for (_, key), mine in said.items():
        if len(mine) < 2:
            continue
        every = [next(one for one in row.changes if one.key == key) for row in mine]
        alike = all((one.after, one.event) == (every[0].after, every[0].event) for one in every)
        for row, one in zip(mine, every, strict=True):
            if not alike:
                row.refuse(TWICE, one.key, one.label, one.column, one.becomes)
            elif row is not mine[0]:
                row.changes.remove(one)

"""A register's list is looked through first, then written child by child in turns so short that nobody waits for it.

What it tells of is noted last: where a list was cut off half-way, each child that came in is whole, and the same file once
more brings the others.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.calendar import clock
from intake.children.listed import HUJI, LISTINGS, PERMITS, POOR, XUEJI, ListedRow
from intake.errors import Stale
from intake.importing.blocks import OF_CLASSES
from intake.importing.content import content_of
from intake.importing.outcome import CHANGED, Options, Outcome, RowFault
from intake.importing.places import Layers
from intake.importing.registers import huji, permits, poor, xueji
from intake.importing.registers.extents import extents_of, named_gone, rows_gone
from intake.importing.registers.heads import columns_of, flattened
from intake.importing.registers.knowing import Facts, PlannedRow, planned
from intake.importing.registers.persons import ListedPerson, RegisterReading
from intake.importing.registers.words import words_of
from intake.importing.registers.writing import RegisterWriting, write_rows
from intake.importing.table import ListColumn, ListRow, ListSheet, some
from intake.language.naming.names import name_key
from intake.places import gazetteer
from intake.places.places import Place
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id

SLICE = 100
"""Rows that are written in one turn."""
NAMED = 30
"""Children who are named that stand on a list no more."""
Read = Callable[[RegisterReading, ListRow, Layers], Iterator[ListedPerson]]


@dataclass(frozen=True, slots=True)
class RegisterList:
    """A register that comes as a list: its columns, how a row is read, which facts it tells."""

    key: str
    columns: tuple[ListColumn, ...]
    read: Read
    facts: Facts

    @property
    def title(self) -> str:
        """Give how people call it."""
        return LISTINGS[self.key]


REGISTERS: Mapping[str, RegisterList] = {
    one.key: one
    for one in (
        RegisterList(XUEJI, xueji.COLUMNS, xueji.read, xueji.facts),
        RegisterList(HUJI, huji.COLUMNS, huji.read, huji.facts),
        RegisterList(POOR, poor.COLUMNS, poor.read, poor.facts),
        RegisterList(PERMITS, permits.COLUMNS, permits.read, permits.facts),
    )
}
"""The registers by key: 学籍, 户籍, 脱贫户, 居住证."""


def take_register(
    db: Database, listing: str, sheets: Sequence[ListSheet], options: Options, school: Place | None = None
) -> Outcome:
    """Take the list of a register; `school` is that of rows that name none. Raises Refused, Stale, KeyError."""
    register, words = REGISTERS[listing], words_of(db.settings, listing)
    columns = columns_of(register.columns, words)
    outcome = Outcome(register.title, columns)
    heads = flattened(sheets, words)
    content = content_of(heads.sheets, columns, "name", OF_CLASSES)
    outcome.read(content)
    reading = RegisterReading(db, options, outcome, columns, school)
    persons = [
        person
        for table in content.tables
        for row in table.rows
        for person in register.read(reading, row, table.titles)
    ]
    dropped = heads.dropped
    del sheets, heads, content  # twenty thousand rows are held once, not three times
    rows = _without_doubles(listing, planned(db, listing, persons), outcome)
    for row in rows:
        outcome.count(row.verdict)
    extents = extents_of(db, listing, [row.person for row in rows], options)
    gone = _gone(db, listing, extents, rows, outcome)
    outcome.notes += _told(rows, reading, dropped)
    if options.seen and options.seen != outcome.mark:
        raise Stale(CHANGED)
    if not options.dry_run and (options.skip_bad or not outcome.bad):
        _write(db, register, rows, gone, extents, options, outcome)
        outcome.written = True
    return outcome


def _without_doubles(listing: str, rows: Sequence[PlannedRow], outcome: Outcome) -> list[PlannedRow]:
    """Refuse a row that says of the same child what another says, and tell of those that look like it."""
    kept, marks, numbers, names = list[PlannedRow](), dict[str, str](), dict[str, str](), dict[str, str]()
    for row in rows:
        person, who = row.person, row.person.who
        where, number = person.row.where, row.hashes[0]
        if row.mark in marks:
            if listing == XUEJI and who.pupil_number:
                same, key = "学籍号", "pupil_number"
            else:
                same, key = ("身份证号", "id_number") if who.id_number else ("姓名和出生日期", "name")
            outcome.refuse(person.row, RowFault(f"和{marks[row.mark]}是同一个{same}，这一行重复了。", key))
            continue
        alike = f"{name_key(who.name)} {who.sex} {who.birth_date}" if who.birth_date else ""
        if number and number in numbers:
            outcome.doubt(person.row, f"和{numbers[number]}是同一个身份证号，请核对。")
        elif alike and alike in names:
            outcome.doubt(person.row, f"和{names[alike]}姓名、性别、出生日期都一样，请核对是不是同一个孩子。")
        marks[row.mark] = where
        numbers.setdefault(number, where)
        names.setdefault(alike, where)
        kept.append(row)
    return kept


def _gone(
    db: Database, listing: str, extents: Mapping[str, int], rows: Sequence[PlannedRow], outcome: Outcome
) -> list[ListedRow]:
    """Find who stands on the list and is not in it, where it was read whole; name them."""
    there = {row.before.id for row in rows if row.before}
    found = list(rows_gone(db, listing, extents, there))
    if not found:
        return []
    names = some(named_gone(found, gazetteer.world(db).places), NAMED)
    outcome.notes.append(f"上次在名单里，这次没有：{len(found)} 人（{names}）。")
    if outcome.bad or not outcome.whole:
        outcome.notes.append("名单没有全部读进来，所以这次不把任何人记为“不在名单里”。")
        return []
    outcome.gone = len(found)
    outcome.notes.append("他们会记为“不在名单里”；档案都在，不删除。")
    return found


def _told(rows: Sequence[PlannedRow], reading: RegisterReading, dropped: Mapping[str, None]) -> Iterator[str]:
    """Tell what stood in a list and was not collected, and whose files are new."""
    if dropped:
        yield f"没有收（不许收、也用不着）：{'、'.join(_of_parents(one) for one in dropped)}。"
    if reading.grown:
        yield f"不是学龄儿童，没有收，也没有留下：{reading.grown} 人。"
    if entered := sum(row.known is None and row.enters for row in rows):
        yield f"系统里还没有的孩子，新建档案：{entered} 人。和别的孩子像的，过一会儿会在“待核对”里请人看。"
    if nameless := sum(row.known is None and not row.enters for row in rows):
        yield f"只有姓名，看不出是哪个孩子，没有建档案：{nameless} 人。"


def _of_parents(word: str) -> str:
    return f"父母的{word}" if any(one in word for one in ("工作", "职", "收入", "单位")) else word


def _write(
    db: Database, register: RegisterList, rows: Sequence[PlannedRow], gone: Sequence[ListedRow],
    extents: Mapping[str, int], options: Options, outcome: Outcome,
) -> None:  # fmt: skip
    writing = RegisterWriting(
        db, register.key, register.facts, options.actor, options.as_of or db.today(),
        {code: new_id() for code in extents}, next(iter(extents), "") if options.whole else "",
    )  # fmt: skip
    for at in range(0, len(rows), SLICE):
        with db.write():
            write_rows(writing, rows[at : at + SLICE])
    for at in range(0, len(gone), SLICE):
        with db.write():
            _mark_gone(db, gone[at : at + SLICE])
    with db.write():
        _note_batches(writing, extents)
        if outcome.new or outcome.changed or outcome.gone:
            counts = f"{outcome.new} {outcome.changed} {outcome.same} {outcome.gone}"
            audit.note(db, options.actor, f"{register.key}.imported", "", counts)


def _mark_gone(db: Database, rows: Sequence[ListedRow]) -> None:
    at = clock.stamp(db.now())
    for row in rows:
        db.run("UPDATE listed SET gone_at = ? WHERE id = ? AND gone_at IS NULL", (at, row.id))


def _note_batches(writing: RegisterWriting, extents: Mapping[str, int]) -> None:
    at = clock.stamp(writing.db.now())
    for code, rows in extents.items():
        writing.db.run(
            "INSERT INTO list_batches (id, listing, extent, rows, actor, at) VALUES (?, ?, ?, ?, ?, ?)",
            (writing.batches[code], writing.listing, code, rows, writing.actor, at),
        )

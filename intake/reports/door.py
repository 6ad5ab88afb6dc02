"""The one door: every report, from every channel, enters through `receive()`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from intake.calendar import clock
from intake.cases import joins
from intake.children import children, links
from intake.children.children import Child
from intake.children.matching import waiting
from intake.children.matching.certain import certain_child
from intake.children.matching.described import described_report
from intake.errors import Invalid, KeyReused, Refused, Stale
from intake.kinds import Answers, Report, tables
from intake.kinds.envelope import Envelope
from intake.kinds.statuses import WITHDRAWN, Status
from intake.messages import media
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports import adopting, receipts
from intake.reports.lookup import open_report, schema
from intake.reports.senders import bunches, clients, repeats
from intake.reports.senders.clients import ApiClient
from intake.reports.whose import linking, told_facts
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id

TELLING = ("id_number", "child_name", "birth_date", "phone", "sex")
"""The answers that tell which child is meant."""


@dataclass(frozen=True, slots=True)
class Received:
    """What the reporter is told: the receipt, the status, and whether this call made the report."""

    id: str
    kind: str
    receipt: str
    status: Status
    new: bool


def receive(
    db: Database,
    kind: str,
    raw: Mapping[str, Any],
    *,
    channel: str,
    reporter: str = "",
    key: str | None = None,
    consent: str = "",
    child: str = "",
    at: datetime | None = None,
    at_once: bool = False,
    pictures: bool = False,
    confidential: bool = False,
    family: bool = True,
    client: ApiClient | None = None,
    formerly: str = "",
    address: str = "",
) -> Received:
    """Take a report with all that belongs to it, and return once it is on the disk.

    `raw` holds what was said, by key of the declaration. `key` makes a repeated call harmless: the same
    key and contents give the same receipt. `child` is the id of the child of the roll that it is about;
    without one the answers may tell, where they are certain (`intake.children.matching.certain`).
    `at_once` takes an emergency whose answers are still to come,
    through `amend`; `pictures` takes along what the reporter sent lately; of a `confidential` one school, town and
    village never learn who it is. Without `family` no teacher is asked whether the reporter is the child's: somebody else
    may have typed it. A `client` tells of its own children alone; `formerly` is its key as it was kept when all
    systems shared one namespace; of the `address` of a stranger no more than so many reports of danger are believed.
    Raises Invalid, Denied, KeyReused, KeyError (kind).
    """
    form = schema(db, kind)
    whole = [kind, raw, "confidential"] if confidential else [kind, raw]
    body = db.keys.digest("body", json.dumps(whole, sort_keys=True, ensure_ascii=False, default=str))
    try:
        answers = form.accept(raw, channel, waived=form.fields if at_once else ())
    except Invalid:
        if before := _known(db, key, body, formerly):  # 昨天 was right when it was first sent
            return before
        raise
    row = _Draft.of(db, form, answers, at or db.now())
    if client:
        clients.refuse_elsewhere(
            db, client, town=row.town, school_town=row.school_town, school=row.school or ""
        )
    if formerly and (before := _known(db, None, body, formerly)):
        return before
    restricted = form.restricts(answers)
    kept = repeats.key_digest(db, key) if key else None
    head = (row.id, kind, channel, reporter, row.town, row.school_town, row.school, row.status.key, row.at, 1,
            consent, kept, body, int(restricted), int(confidential))  # fmt: skip
    about, told = children.find_child(db, child) if child else _child(db, answers, confidential), answers
    if about and client and not clients.tells_of(db, client, about):
        # Its report stands for itself: a key of one school neither moves another's case nor learns whom the roll knows.
        about, told = None, {name: value for name, value in answers.items() if name != "id_number"}
    ready = joins.ready_report(db, Envelope(
        row.id, "", kind, channel, reporter, about.id if about else "", row.town, row.school_town, row.school or "",
        row.status, row.at, 1, consent, confidential, restricted,
    ), told, about)  # fmt: skip
    with db.write():
        while (receipt := _enter(db, head, about.id if about else child or None)) is None:
            if before := _known(db, key, body):
                return before
        db.run(row.sql, row.cells)
        audit.note(db, reporter or channel, "report.received", row.id, f"{kind} {receipt}")
        if pictures:
            media.attach_lately(db, reporter, receipt)
        if family and not confidential:
            links.suggest(db, reporter, answers)
        bunch = bunches.bunch_of_report(db, ready.report, address)
        joins.take_report(db, ready, doubted=bool(bunch))
        waiting.enqueue_report(db, row.id)
    return Received(row.id, kind, receipt, row.status, new=True)


def amend(db: Database, report: Envelope, changes: Mapping[str, Any], *, actor: str, reason: str) -> None:
    """Correct answers of a report; what was said before is kept as a version, with who and why.

    What is said now may tell certainly which child it is. What was missing may stay missing. `report` is the
    envelope as the corrector saw it. Raises Invalid, Stale.
    """
    form = schema(db, report.kind)
    known = open_report(db, report)
    old = dict(known.answers)
    new = form.correct(old, changes, report.channel)
    # What nobody can open stays as it is, or in the version, for the day on which its key is found.
    gone = known.unopened & (new.keys() | form.irrelevant(new))
    kept = {column: cell for key in known.unopened - gone for column, cell in known.closed[key].items()}
    draft = _Draft.of(db, form, new, db.now(), report.id, kept)
    # What nobody has taken up yet begins as the new answers say: a child on leave is not missing.
    status = draft.status if report.status == form.status(old) else report.status
    corrected = any(new.get(key) != old.get(key) for key in TELLING)
    said = _child(db, new, report.confidential) if corrected else None
    if said and said.id in linking.refused_children(db, report.id):
        said = None  # somebody has said that it is another
    # A town that staff gave stays, where the answers still tell of none.
    town = draft.town if "town" in new or "town" in old else report.town
    old |= {key: known.closed[key][key] for key in gone}
    before = json.dumps(old, ensure_ascii=False)
    before = db.keys.lock(before, "versions.answers", report.id, report.version)
    restricted = report.restricted or form.restricts(new)
    with db.write():
        adopting.adopt_report(db, report.id)
        about = said or children.find_child(db, report.child)
        changed = db.run(
            "UPDATE reports SET version = version + 1, child = ?, town = ?, school_town = ?, school = ?, status = ?,"
            " restricted = ? WHERE id = ? AND version = ?",
            (about.id if about else report.child or None, town, draft.school_town, draft.school, status.key,
             int(restricted), report.id, report.version),
        )  # fmt: skip
        if changed.rowcount != 1:
            raise Stale
        db.run(
            "INSERT INTO versions (report_id, version, answers, changed_at, changed_by, reason)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (report.id, report.version, before, draft.at, actor, reason),
        )  # fmt: skip
        db.run(f"DELETE FROM {tables.name(form.kind)} WHERE report_id = ?", (report.id,))  # noqa: S608
        db.run(draft.sql, draft.cells)
        audit.note(db, actor, "report.amended", report.id, " ".join(sorted(changes)))
        then = replace(report, town=town, school_town=draft.school_town, school=draft.school or "", status=status,
                       restricted=restricted)  # fmt: skip
        joins.follow_report(db, then, new, about)
        waiting.enqueue_report(db, report.id)


def withdraw(db: Database, report: Envelope, *, actor: str, filled: bool = True) -> None:
    """Take a report back that nobody has taken up yet; it stays on record. Raises Stale.

    Without `filled` it is no matter what was filled in beside its case: that came in the same row.
    """
    if not report.retractable:
        raise Stale
    with db.write():
        adopting.adopt_report(db, report.id)
        if joins.taken_up(db, report.id, filled=filled):
            raise Stale
        changed = db.run(
            "UPDATE reports SET status = ?, version = version + 1 WHERE id = ? AND version = ? AND status = ?",
            (WITHDRAWN.key, report.id, report.version, report.status.key),
        )
        if changed.rowcount != 1:
            raise Stale
        audit.note(db, actor, "report.withdrawn", report.id, report.kind)
        joins.drop_report(db, report, actor, filled=filled)
        waiting.enqueue_report(db, report.id)


def conceal_reporter(db: Database, report: Envelope, *, actor: str) -> None:
    """Keep from school, town and village who made a report, from now on; what they have read already stays read."""
    phone = str(open_report(db, report).answers.get("phone") or "")
    with db.write():
        done = db.run("UPDATE reports SET confidential = 1 WHERE id = ? AND confidential = 0", (report.id,))
        if done.rowcount:
            links.take_back(db, report.reporter, report.child)
            told_facts.conceal_report_facts(db, report)
            waiting.enqueue_report(db, report.id)
            joins.conceal_phone(db, report, phone)
            audit.note(db, actor, "report.concealed", report.id)


def give_town(db: Database, report: Envelope, town: str, person: Person) -> None:
    """Give a report that has none its home town, for the towns to see it. Raises Refused, Stale."""
    if town not in {one.code for one in gazetteer.world(db).places.towns()}:
        raise Refused("没有这个镇街，请从名单里选一个。", "town")
    bare = db.settings.district_code
    if report.town != bare:
        raise Refused("这份报告已经写明镇街了。要改，请更正报告。", "town")
    with db.write():
        changed = db.run(
            "UPDATE reports SET town = ?, version = version + 1 WHERE id = ? AND version = ? AND town = ?",
            (town, report.id, report.version, bare),
        )
        if changed.rowcount != 1:
            raise Stale
        audit.note(db, person.actor, "report.placed", report.id, town)
        joins.place_case(db, report, town)


@dataclass(frozen=True, slots=True)
class _Draft:
    """All that can be prepared before the gate: cells are encrypted outside the transaction."""

    id: str
    at: str
    town: str
    school_town: str
    school: str | None
    status: Status
    sql: str
    cells: tuple[str | float | None, ...]

    @classmethod
    def of(
        cls,
        db: Database,
        form: Report,
        answers: Answers,
        at: datetime,
        report_id: str = "",
        kept: Mapping[str, str | None] | None = None,
    ) -> "_Draft":
        report_id = report_id or new_id()
        cells: dict[str, str | float | None] = {**(kept or {}), "report_id": report_id}
        declared = form.answers()
        for key, value in answers.items():
            field = declared[key]
            cell = field.keep(value)
            if field.findable:
                cells[tables.hash_column(key)] = db.keys.blind(type(field).__name__, str(cell))
            cells[key] = (
                db.keys.lock(str(cell), *tables.place(form.kind, key, report_id)) if field.encrypted else cell
            )
        sql, columns = tables.insertion(type(form))
        town = str(answers.get("town") or db.settings.district_code)
        school = form.world.places.get(str(answers.get("school", "")))
        return cls(report_id, clock.stamp(at), town, school.town if school and school.level == "school" else "",
                   answers.get("school"), form.status(answers), sql, tuple(map(cells.get, columns)))  # fmt: skip


def _known(db: Database, key: str | None, body: str, formerly: str = "") -> Received | None:
    """Give what came under a key before. Raises KeyReused where that was something else."""
    row = (repeats.row_of_key(db, key) if key else None) or repeats.former_row(db, formerly, body)
    if row is None:
        return None
    report = Envelope.of(row)
    if row["body_hash"] != body:
        raise KeyReused(report.receipt)
    db.settle()  # its own call may still be waiting for the disk
    return Received(report.id, report.kind, report.receipt, report.status, new=False)


def _enter(db: Database, head: tuple[str | int | None, ...], child: str | None) -> str | None:
    """Enter an envelope under a new receipt; None where that receipt or the key is there already."""
    receipt = receipts.make_receipt()
    done = db.run(
        "INSERT INTO reports (id, kind, channel, reporter, town, school_town, school, status, received_at, version, consent,"
        " idempotency_key, body_hash, restricted, confidential, child, receipt, adopted)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"
        " ON CONFLICT DO NOTHING",
        (*head, child, receipt),
    )
    return receipt if done.rowcount == 1 else None


def _child(db: Database, answers: Answers, confidential: bool) -> Child | None:
    """Give the child that answers certainly tell of; what is only likely waits for the worker."""
    return certain_child(db, described_report(db, answers, confidential=confidential))

"""Danger to a child until somebody has dealt with it: untaken, taken by a name, ended by an outcome in words.

An alarm is an urgent report, whatever door it came by, or words of danger in the chat that lie in no report
(yet, or no longer: its alarm has ended). It has a row once somebody has acted on it; what nobody took needs
none, so that no door can forget to raise it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from intake.calendar import clock
from intake.cases import owners
from intake.cases.told import inbox
from intake.cases.writing import deadlines, staff_id
from intake.errors import Refused, Stale
from intake.kinds import KINDS
from intake.messages import media
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope, narrow
from intake.store import audit
from intake.store.db import Database, Row
from intake.talks import triage
from intake.talks.alarm_case import Informed, accept_case, resolve_case
from intake.talks.holders import SYSTEM, holder_columns, holder_of, holder_row, too_late

SHORTEST, LONGEST = 4, 1000
"""Characters of an outcome."""
FORMER = 50
"""Reports from before there were alarms that are listed."""
_BELIEVED = (
    "(r.bunch = '' OR NOT EXISTS (SELECT 1 FROM case_reports b JOIN cases d ON d.id = b.case_id"
    " WHERE b.report = r.id AND d.doubted = 1))"
)
"""Leaves out, of `reports r`, what came in a bunch from one address while nobody has handled it: one alarm is for all."""
_SHORT = "请写清楚做了什么，例如：已打电话，孩子安全，和奶奶在家。"
_LONG = f"太长了，最多 {LONGEST} 个字，请删短一点。"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One child's danger: what it is about, since when, who has it, and what was done in the end.

    `receipt`, `kind` and `channel` are empty where there is no report, `thread` where there is no chat.
    """

    subject: str
    receipt: str
    kind: str
    channel: str
    thread: str
    town: str
    since: str
    messages: tuple[str, ...] = ()
    taken_by: str = ""
    taken_at: str = ""
    outcome: str = ""
    done_by: str = ""
    done_at: str = ""
    school_town: str = ""
    heard: bool = False
    """Whether somebody has read that they were told of it."""
    case: str = ""  # the number, where there is a case alone: a matter that turned out to be danger

    @property
    def former(self) -> bool:
        """Tell whether it is from before there were alarms, and nobody has written what became of it."""
        return self.taken_by == SYSTEM and not self.done_at


def alarms_waiting(db: Database, person: Person) -> list[Alarm]:
    """Give what has no outcome yet and somebody may see: first the untaken, then those that wait longest."""
    return waiting_and_former(db, person)[0]


def waiting_and_former(db: Database, person: Person) -> tuple[list[Alarm], list[Alarm]]:
    """Give `alarms_waiting` and `former`, read at once."""
    known = _open_reports(db, person)
    found = [one for one in known if not one.former]
    if _hears(db, person):
        found += _loose(db, accounts.scope_of(db, person))
    waiting = sorted(found, key=lambda one: (bool(one.taken_at), one.since, one.subject))
    return waiting, [one for one in known if one.former][-FORMER:][::-1]


def untaken(db: Database, person: Person) -> list[Alarm]:
    """Give what nobody has taken yet and somebody may see, the oldest first."""
    return [one for one in alarms_waiting(db, person) if not one.taken_at]


def former(db: Database, person: Person) -> list[Alarm]:
    """Give the newest reports from before there were alarms that have no outcome."""
    return [one for one in _open_reports(db, person) if one.former][-FORMER:][::-1]


def alarm_of_report(db: Database, receipt: str) -> Alarm | None:
    """Give the alarm of a report, ended ones too; None of a report that is not urgent."""
    return next(_of_reports(db, "r.receipt = ?", receipt), None)


def alarm_of_thread(db: Database, reporter: str) -> Alarm | None:
    """Give the alarm of somebody's words of danger that lie in no report."""
    thread = triage.thread_id(db, reporter)
    return next((one for one in _loose(db) if one.thread == thread), None)


def mark(db: Database, alarm: Alarm) -> str:
    """Give up to where an alarm goes: the version of its report, how many are in its case, the last words with it."""
    row = db.one(
        "SELECT r.version, (SELECT count(*) FROM case_reports k WHERE k.case_id = m.case_id) AS n FROM reports r"
        " LEFT JOIN case_reports m ON m.report = r.id WHERE r.id = ?",
        (alarm.subject,),
    )
    return "/".join([*([f"{row['version']}.{row['n']}"] if row else []), *_messages(db, alarm)[-1:]])


def take(db: Database, alarm: Alarm, person: Person) -> None:
    """Take an alarm in hand, and its case with it; again is harmless. Raises Taken."""
    with db.write():
        done = db.run(
            "INSERT INTO alarms (subject, taken_by, taken_at, outcome, done_by) VALUES (?, ?, ?, '', '')"
            " ON CONFLICT (subject) DO NOTHING",
            (alarm.subject, person.actor, clock.stamp(db.now())),
        )
        if done.rowcount == 1:
            audit.note(db, person.actor, "alarm.taken", alarm.subject)
            accept_case(db, alarm.subject, person)
            return
        row = holder_row(db, alarm.subject)
        if row["done_at"] or row["taken_by"] != person.actor:
            raise too_late(db, row)


def finish(
    db: Database,
    alarm: Alarm,
    words: str,
    person: Person,
    seen: str,
    informed: Informed = MappingProxyType({}),
) -> None:
    """Write down what was done, which alone ends danger, and its case; whoever writes it has taken it too.

    `seen` is the mark as the person saw it; `informed` says of each duty that is left whether it was done, and the
    reason where it was not. Raises Refused, Taken, and Stale where something was said since.
    """
    said = words.replace("\r\n", "\n").strip()
    if sum(one.isalnum() for one in said) < SHORTEST:
        raise Refused(_SHORT, "words")
    if len(said) > LONGEST:
        raise Refused(_LONG, "words")
    cell, now = db.keys.lock(said, "alarms.outcome", alarm.subject), clock.stamp(db.now())
    with db.write():
        done = db.run(
            "INSERT INTO alarms (subject, taken_by, taken_at, outcome, done_by, done_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (subject) DO UPDATE SET outcome = excluded.outcome, done_by = excluded.done_by,"
            " done_at = excluded.done_at WHERE alarms.done_at IS NULL",
            (alarm.subject, person.actor, now, cell, person.actor, now),
        )
        if done.rowcount != 1:
            raise too_late(db, holder_row(db, alarm.subject))
        if mark(db, alarm) != seen:
            raise Stale
        triage.settle_danger(db, _messages(db, alarm), person)
        audit.note(db, person.actor, "alarm.finished", alarm.subject)
        if alarm.receipt:
            resolve_case(db, alarm.subject, said, person, informed)


def tell_loose(db: Database) -> list[str]:
    """Tell 值班 of words of danger that lie in no report and nobody has taken: at once, and again until somebody does.

    Gives the threads of which they were told.
    """
    again = timedelta(minutes=deadlines(db).terms["alarm"])
    told = []
    for alarm in _loose(db):
        if alarm.taken_at:
            continue
        with db.write():
            people = [one for one in owners.people_on_duty(db) if _hears(db, one)]
            if inbox.tell_words(db, people, alarm.subject, again):
                told.append(alarm.thread)
    return told


def tie(db: Database, reporter: str, report: str, receipt: str) -> None:
    """Make somebody's words of danger one alarm with the report that was made of them; who had it keeps it.

    Belongs into the transaction that made the report.
    """
    loose = alarm_of_thread(db, reporter)
    if loose is None:
        return
    for message in loose.messages:
        db.run("UPDATE triage SET receipt = ? WHERE message = ?", (receipt, message))
    media.attach(db, reporter, loose.messages, receipt)
    moved = db.run(
        "UPDATE alarms SET subject = ? WHERE subject = ? AND done_at IS NULL RETURNING taken_by",
        (report, loose.subject),
    ).fetchall()
    for row in moved:
        person = accounts.person_by_id(db, staff_id(row["taken_by"]))
        if person:
            accept_case(db, report, person)


def _hears(db: Database, person: Person) -> bool:
    """Tell whether somebody reads the talks, which belong to no town."""
    return accounts.may(person, "talk.read", db.settings.district_code)


def _open_reports(db: Database, person: Person) -> list[Alarm]:
    if not accounts.may(person, "report.read", person.area):
        return []
    within, codes = narrow(accounts.scope_of(db, person))
    return list(
        _of_reports(db, f"a.done_at IS NULL AND {_BELIEVED} AND {within} ORDER BY r.received_at", *codes)
    )


def _of_reports(db: Database, where: str, *args: str) -> Iterator[Alarm]:
    # Literals, not placeholders: only so is the index of urgent reports alone of use.
    urgent = " OR ".join(f"r.kind = '{kind}'" for kind, one in KINDS.items() if one.urgent)
    rows = db.all(
        "SELECT r.id, r.receipt, r.kind, r.channel, r.reporter, r.town, r.school_town, r.received_at,"  # noqa: S608
        f" {holder_columns('a')}, EXISTS (SELECT 1 FROM case_reports k"
        f" JOIN notices n ON n.case_id = k.case_id WHERE k.report = r.id AND {inbox.HEARD}) AS heard"
        f" FROM reports r LEFT JOIN alarms a ON a.subject = r.id WHERE ({urgent}) AND {where}",
        args,
    )
    for row in rows:
        chat = row["reporter"].startswith("wechat:")
        yield Alarm(
            row["id"],
            row["receipt"],
            row["kind"],
            row["channel"],
            triage.thread_id(db, row["reporter"]) if chat else "",
            row["town"],
            row["received_at"],
            (),
            *holder_of(db, row, row["id"]),
            row["school_town"],
            bool(row["heard"]),
        )


def _loose(db: Database, scope: Scope | None = None) -> list[Alarm]:
    """Give the words of danger that lie in no report whose alarm stands, one alarm a thread; see triage.seen_by."""
    rows = db.all(
        f"SELECT t.message, t.thread, t.at, {holder_columns('w')},"  # noqa: S608
        f" EXISTS (SELECT 1 FROM notices n WHERE n.case_id = t.message AND {inbox.HEARD}) AS heard FROM triage t"
        " LEFT JOIN alarms w ON w.subject = t.message"
        " LEFT JOIN reports r ON r.receipt = t.receipt LEFT JOIN alarms a ON a.subject = r.id"
        " WHERE t.state = 'open' AND t.why = ? AND (r.id IS NULL OR a.done_at IS NOT NULL)"
        f"{triage.seen_by(scope, 't')} ORDER BY t.at, t.message",
        (triage.DANGER,),
    )
    threads: dict[str, list[Row]] = {}
    for row in rows:
        threads.setdefault(row["thread"], []).append(row)
    town = db.settings.district_code
    return [
        Alarm(mine[0]["message"], "", "", "wechat", thread, town, mine[0]["at"],
              tuple(one["message"] for one in mine), *holder_of(db, mine[0], mine[0]["message"]), heard=bool(mine[0]["heard"]))
        for thread, mine in threads.items()
    ]  # fmt: skip


def _messages(db: Database, alarm: Alarm) -> list[str]:
    if not alarm.receipt:
        return [message for one in _loose(db) if one.thread == alarm.thread for message in one.messages]
    rows = db.all(
        "SELECT message FROM triage WHERE receipt = ? AND state = 'open' AND why = ? ORDER BY at, message",
        (alarm.receipt, triage.DANGER),
    )
    return [str(row["message"]) for row in rows]

"""A district that has been working for years: many cases and events, written straight into the database."""

import random
from datetime import date, timedelta

from intake.calendar import clock
from intake.cases.rulebook import states
from intake.language import sounds
from intake.people import accounts
from intake.people.accounts import Person
from intake.places.places import divisions
from intake.store.db import Cell, Database
from tests.hands.books import NOON, give
from tests.hands.desk import PASSWORD

NAMES = ("王小明", "李红", "徐志强", "欧阳安然", "朴哲", "于海洋", "金花", "曹雨涵")
_ABSENT = {states.CLUE: "identify", states.CHECK: "contact", states.CHECKING: "visit", states.SUSPECTED: "persuade:1",
           states.PERSUADING: "persuade:2", states.LOST: "review", states.WATCHED: "observe:7"}  # fmt: skip
_OTHER = {states.TODO: "handle", states.DOING: "handle", states.SOLVED: "close"}
_BATCH = 500


def many_cases(db: Database, cases: int, events: int = 3, share: float = 0.2) -> Person:
    """Write so many cases, a share of them open, with events and duties; give the officer of a third of them."""
    made, today = random.Random(0), db.today()
    who = accounts.add_person(
        db, name="业务员", login="many", password=PASSWORD, role="bureau", area=db.settings.district_code
    )
    towns = [one.code for one in divisions() if one.level == "town"]
    rows: list[list[Cell]] = []
    for n in range(cases):
        rows.append(_case(made, n, today, share, made.choice(towns), made.choice((who, "", "else"))))
    done: list[list[Cell]] = []
    owed: list[list[Cell]] = []
    for row in rows:
        done += [
            [f"{row[0]}-{n}", row[0], row[-1], "staff:else", "desk", "note", row[3], row[3], "{}"]
            for n in range(events)
        ]
        if row[4]:
            owed.append([row[0], row[7], "owner", row[5], row[-1], row[6]])
    _write(db, "cases", _CASE, rows)
    _write(db, "case_events", "id case_id at actor channel event before after facts", done)
    _write(db, "duties", "case_id duty role person since due", owed)
    db.engine.tidy()
    found = accounts.person_by_id(db, who)
    assert found
    return found


_CASE = ("id number kind state open owner due duty version child_name initials town school_town school restricted"
         " confidential first last_at opened_at")  # fmt: skip


def _case(made: random.Random, n: int, today: date, share: float, town: str, owner: str) -> list[Cell]:
    kind = made.choice(("absence", "absence", "subsidy", "boarding", "safety"))
    open_ = made.random() < share
    ways = _ABSENT if kind == "absence" else _OTHER
    state = made.choice(tuple(ways)) if open_ else (states.CLOSED if kind == "absence" else states.SHUT)
    if kind == "safety" and state == states.TODO:
        state = states.DOING
    due = (today + timedelta(days=made.randint(-20, 20))).isoformat() if open_ else "9"
    at = clock.stamp(clock.local(f"{today - timedelta(days=made.randint(0, 900))}T02:00:00.000Z"))
    name = made.choice(NAMES)
    return [f"c{n:07d}", f"220605-2024-{n:06d}", kind, state, int(open_), owner if open_ else "", due,
            ways.get(state, ""), 3, name, sounds.initials(name), town, town, f"S{made.randint(1, 60):03d}",
            int(n % 97 == 0), 0, int(n % 11 == 0), at, at]  # fmt: skip


def _write(db: Database, table: str, columns: str, rows: list[list[Cell]]) -> None:
    names = columns.split()
    marks = f"({', '.join('?' * len(names))})"
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        with db.write():
            db.run(
                f"INSERT INTO {table} ({', '.join(names)}) VALUES {', '.join([marks] * len(part))}",
                [cell for row in part for cell in row],
            )


def many_reports(db: Database, kind: str, number: int, different: int = 30) -> None:
    """Write so many reports of one noon: copies of a few that came through the door, each with a receipt of its own."""
    given = [give(db, kind, n) for n in range(min(number, different))]
    found = [db.one("SELECT * FROM reports WHERE receipt = ?", (one,)) for one in given]
    envelopes = [dict(row) for row in found if row]
    answers = [dict(row) for one in envelopes for row in db.all(
        f"SELECT * FROM answers_{kind} WHERE report_id = ?", (one["id"],))]  # fmt: skip
    at = [clock.stamp(NOON + timedelta(milliseconds=n)) for n in range(number)]
    more = range(len(given), number)
    heads = [
        [*{**envelopes[n % len(given)], "id": f"many-{n:07}", "receipt": f"9{n:011}", "received_at": at[n],
           "idempotency_key": None}.values()]
        for n in more
    ]  # fmt: skip
    bodies = [[*{**answers[n % len(given)], "report_id": f"many-{n:07}"}.values()] for n in more]
    _write(db, "reports", " ".join(envelopes[0]), heads)
    _write(db, f"answers_{kind}", " ".join(answers[0]), bodies)
    db.engine.tidy()

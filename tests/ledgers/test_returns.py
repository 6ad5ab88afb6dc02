"""Ledgers that come back filled in: what is touched changes, and nothing else, in whatever shape the rows come."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from intake.cases import case as cases
from intake.store.db import Database
from tests.hands.casework import MORNING, Casework, casework, report
from tests.hands.classroom import at
from tests.hands.returned import Paper, plan, sent_out, take

HOUR = timedelta(hours=1)


@pytest.fixture
def house(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    made = casework(app, db)
    for name in ("李红", "张雨桐", "赵磊"):
        report(db, made.room.children[name], child_name=name)
    at(monkeypatch, MORNING + HOUR)
    return made


def test_a_first_look(house: Casework, tmp_path: Path) -> None:
    db, by = house.db, house.people["bureau"]
    paper = Paper.of(sent_out(db, "work", tmp_path))
    paper.fill(house.number, 办理结果="电话联系上了", 办理日期="2026.11.23", 办理说明="说明天来")
    found = plan(db, by, paper.data)
    print(
        found.counts,
        found.told,
        [
            (
                r.raw,
                r.faults and r.faults[0].sentence,
                r.changes,
                r.ignored and [(i.label, i.typed) for i in r.ignored],
            )
            for r in found.rows
        ],
    )
    done = take(db, by, paper.data)
    print(done.plan.counts, [e.key for e in cases.events_of(db, house.case)], house.case.state)
    again = take(db, by, paper.data)
    print(again.id, again.plan.counts)
    paper = Paper.of(sent_out(db, "absence", tmp_path))
    print([c.value for c in paper.page[paper.head]])

"""Cases as staff look them up: numbers and the lists they lead to are one, and nobody waits for a whole table."""

from collections.abc import Iterator
from itertools import product

import pytest

from intake.cases import case as cases
from intake.cases import work
from intake.cases.folders import assigning, looked, piles, sought, worklist
from intake.cases.folders.filters import DECIDE, GROUPS, OTHERS, OWED, STAGES, Filter, hour_of
from intake.errors import Refused
from intake.people import accounts
from intake.people.accounts import Person
from intake.reports import door
from intake.store.db import Database
from tests.hands.desk import PASSWORD
from tests.hands.many import many_cases
from tests.hands.samples import sample
from tests.hands.watching import plan, statements

ALL = 10_000
DERIVED = {"p", "o"}
"""Names of what a statement has put together itself, which is all read."""


@pytest.fixture
def many(db: Database) -> Person:
    return many_cases(db, 600)


def person(
    db: Database, role: str, area: str = "220605", school: str = "", kinds: tuple[str, ...] = ()
) -> Person:
    made = accounts.add_person(
        db, name=f"{role}老师", login=f"{role}{area}{''.join(kinds)}", password=PASSWORD, role=role, area=area,
        school=school, kinds=kinds,
    )  # fmt: skip
    found = accounts.person_by_id(db, made)
    assert found
    return found


def report(db: Database, kind: str = "absence", n: int = 1, **more: object) -> cases.Case:
    made = door.receive(db, kind, {**sample(kind, n), **more}, channel="form")
    found = cases.case_of_report(db, made.id)
    assert found
    return found


def wanted() -> Iterator[Filter]:
    for kind, state, owner, due in product(
        ("", "absence"), ("", *GROUPS, "劝返中"), ("", "me", "none"), ("", *STAGES)
    ):
        yield Filter(kind=kind, state=state, owner=owner, due=due)
    yield from (Filter(owed=one) for one in (DECIDE, OTHERS))
    yield Filter(town="220605105", due="逾期")


def test_each_number_is_that_of_the_rows_it_leads_to(db: Database, many: Person) -> None:
    at, counted = hour_of(db), 0
    heaps = piles.piles_of(db, many, at)
    for one in wanted():
        number = worklist.number_of_cases(db, many, one, at)
        rows = worklist.listed_cases(db, many, one, at, size=ALL)
        assert number == len(rows) == len({row.case.id for row in rows})
        assert piles.in_piles(one)
        assert piles.number_in(heaps, one) == number
        counted += number > 0
    assert counted > 40


def test_each_list_of_what_is_owed_has_its_rows(db: Database, many: Person) -> None:
    at = hour_of(db)
    lists = piles.owed_lists(db, many, at)
    assert [one.key for one in lists] == [*OWED]
    assert sum(one.number for one in lists) > 5
    for one in lists:
        assert one.number == worklist.number_of_cases(db, many, Filter(owed=one.key), at)
        assert not one.number or one.oldest <= at.today


def test_pages_follow_each_other_and_are_by_due(db: Database, many: Person) -> None:
    at = hour_of(db)
    whole = worklist.listed_cases(db, many, Filter(), at, size=ALL)
    turned = [one for skip in range(0, len(whole), 7)
              for one in worklist.listed_cases(db, many, Filter(), at, skip=skip, size=7)]  # fmt: skip
    assert [one.case.id for one in turned] == [one.case.id for one in whole]
    assert [one.case.due for one in whole] == sorted(one.case.due for one in whole)


def test_danger_that_nobody_has_stands_above_what_is_overdue(db: Database, many: Person) -> None:
    made = report(db, "safety")
    at = hour_of(db)
    first = worklist.listed_cases(db, many, Filter(), at, size=1)[0]
    assert (first.case.id, first.untaken) == (made.id, True)
    assert worklist.listed_cases(db, many, Filter(), at, skip=1, size=1)[0].case.id != made.id


def test_no_list_reads_a_whole_table(db: Database, many: Person) -> None:
    at = hour_of(db)
    ask = [*wanted(), *(Filter(owed=one) for one in OWED), Filter(school="S001"), Filter(state="办结"),
           *(Filter(q=one) for one in ("王小明", "wxm", "123", "1234", "138000011112", "13800001111"))]  # fmt: skip
    with statements(db) as heard:
        piles.piles_of(db, many, at)
        piles.owed_lists(db, many, at)
        for one in ask:
            worklist.number_of_cases(db, many, one, at)
            worklist.listed_cases(db, many, one, at)
    for sql in {one for one in heard if one.startswith("SELECT")}:
        found = plan(db, sql)
        whole = [part.split()[0] for part in found.split("SCAN ")[1:] if "COVERING INDEX" not in part]
        assert {one.strip(";") for one in whole} <= DERIVED, (found, sql)


def test_a_case_is_found_by_what_people_have_at_hand(db: Database) -> None:
    who = person(db, "bureau")
    made = report(db, child_name="欧阳安然", phone="13812345678")
    other = report(db, n=2, child_name="李红", phone="13899990000")
    row = db.one(
        "SELECT receipt FROM reports r JOIN case_reports k ON k.report = r.id WHERE k.case_id = ?", (made.id,)
    )
    assert row
    at = hour_of(db)
    receipt = str(row["receipt"])
    for said in ("欧阳安然", "欧阳", "oyar", "OYAR", made.number, made.short, receipt, f"{receipt[:4]} {receipt[4:]}",
                 "5678", "13812345678"):  # fmt: skip
        found = [one.case.id for one in worklist.listed_cases(db, who, Filter(q=said), at)]
        assert made.id in found, said
        assert other.id not in found, said
    for said in ("没有这个人", "zzz", "999999", "%", "_", "' OR 1=1 --"):
        assert worklist.listed_cases(db, who, Filter(q=said), at) == []


def test_a_town_finds_and_counts_its_own_alone(db: Database, many: Person) -> None:
    town, at = person(db, "town", "220605105"), hour_of(db)
    rows = worklist.listed_cases(db, town, Filter(), at, size=ALL)
    assert 0 < len(rows) < len(worklist.listed_cases(db, many, Filter(), at, size=ALL))
    assert {one.case.town for one in rows} == {"220605105"}
    assert not [one for one in rows if one.case.restricted]
    assert piles.number_in(piles.piles_of(db, town, at), Filter()) == len(rows)


def test_beyond_the_scope_only_the_school_is_told_on_record_and_twenty_times_a_day(db: Database) -> None:
    report(db, child_name="王小明", town="湾沟镇", school="")
    report(db, "safety", child_name="王小明", town="湾沟镇", what="受侵害")
    town = person(db, "town", "220605105")
    found = sought.known_of(db, town, "王小明")
    assert (list(found.cases), list(found.children), list(found.schools), found.beyond) == (
        [],
        [],
        [""],
        True,
    )
    assert sought.known_of(db, town, "没有人").found is False
    for _ in range(sought.DAILY - 2):
        sought.known_of(db, town, "王小明")
    spent = sought.known_of(db, town, "王小明")
    assert (spent.found, spent.beyond) == (False, False)
    row = db.one("SELECT count(*) AS n FROM audit WHERE verb = 'case.sought'")
    assert row
    assert row["n"] == sought.DAILY
    assert len(sought.known_of(db, person(db, "bureau"), "王小明").cases) == 2


def test_what_is_restricted_is_hinted_to_nobody(db: Database) -> None:
    report(db, "safety", child_name="王小明", what="受侵害")
    for who in (person(db, "town", "220605105"), person(db, "town", "220605106")):
        assert sought.known_of(db, who, "王小明").found is False


def test_many_are_assigned_each_for_itself(db: Database) -> None:
    who, town = person(db, "bureau"), person(db, "town", "220605105")
    one, two = report(db, "boarding"), report(db, "subsidy", 2)
    work.act(db, two, "note", {"words": "家里打来电话。"}, who, channel="desk")
    work.act(db, two, "handled", {}, who, channel="desk", seen=two.version + 1)
    told = assigning.assign_cases(db, who, {one.number: one.version, two.number: two.version}, who.id, "请今天办",
                                  channel="desk")  # fmt: skip
    assert told.done == 1
    assert list(told.left) == [two.number]
    assert "有变化" in told.left[two.number]
    again = cases.find_case(db, one.number)
    assert again
    assert again.owner == who.id
    for chosen, owner in (({}, who.id), ({one.number: 1}, "nobody")):
        with pytest.raises(Refused):
            assigning.assign_cases(db, who, chosen, owner, "", channel="desk")
    assert {one.id for one in assigning.assignees(db, town)} == {town.id}


def test_looks_are_told_by_person_and_day_without_a_child(db: Database) -> None:
    who, other = person(db, "bureau"), person(db, "town", "220605105")
    worklist.note_search(db, who, 3)
    worklist.note_search(db, other, 0)
    assert [one.name for one in looked.looks_of(db)] == ["town老师", "bureau老师"]
    assert [one.what for one in looked.looks_of(db, staff=who.id)] == ["查找个案"]
    assert len(looked.looks_of(db, day=db.today())) == 2
    first = looked.looks_of(db)[0]
    assert [one.name for one in looked.looks_of(db, before=first.id)] == ["bureau老师"]

"""Two cases of one child become one, and are parted again: each gets back its own."""

from typing import Any

import pytest

from intake.cases import case as cases
from intake.cases import merging, work
from intake.cases.case import Case
from intake.cases.rounds import matching
from intake.errors import Dealt, Denied, Refused
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.samples import sample

NOTE = {"words": "家里说明天去学校"}


@pytest.fixture
def staff(db: Database) -> dict[str, Person]:
    return staffed.everybody(db)


def case_of(db: Database, name: str, phone: str = "13811112222", kind: str = "absence", **more: Any) -> Case:
    said = sample(kind, 1, db.today()) | {"child_name": name, "town": "石人镇", "phone": phone, "relation": "母",
                                          "school": "石人镇中心小学"}  # fmt: skip
    said = {key: one for key, one in said.items() if key not in ("village", "id_number", "id_type")}
    said |= {"on_leave": "否"} if kind == "absence" else {}
    done = door.receive(db, kind, {**said, **more}, channel="form")
    report = lookup.find_report(db, done.receipt)
    assert report
    matching.match_cases(db)
    found = cases.case_of_report(db, report.id)
    assert found
    return found


def again(db: Database, case: Case) -> Case:
    found = cases.case_by_id(db, case.id)
    assert found
    return found


def test_what_is_likely_is_offered_with_its_reason_and_does_not_join(
    db: Database, staff: dict[str, Person]
) -> None:
    first, same_name = case_of(db, "徐强"), case_of(db, "徐强", "13933334444")
    same_phone, stranger = case_of(db, "徐小强"), case_of(db, "王一", "13755556666")
    assert len({first.id, same_name.id, same_phone.id, stranger.id}) == 4
    told = {
        (one.case.number, one.other.number, one.reason)
        for one in merging.offers_of(db, first, staff["officer"])
    }
    assert told == {
        (same_name.number, first.number, "姓名和班级相同"),
        (same_phone.number, first.number, "电话相同"),
    }
    assert merging.offers_of(db, stranger, staff["officer"]) == []
    assert merging.offers_of(db, first, staff["neighbour"]) == []


def test_a_teachers_phone_offers_nothing(db: Database, staff: dict[str, Person]) -> None:
    first = case_of(db, "徐强", relation="班主任")
    case_of(db, "王一", relation="班主任")
    assert merging.offers_of(db, first, staff["officer"]) == []


def test_what_few_may_see_is_never_offered_nor_merged(db: Database, staff: dict[str, Person]) -> None:
    open_, few = (case_of(db, "徐强", kind="safety", what=what) for what in ("突发疾病或受伤", "受侵害"))
    assert (open_.restricted, few.restricted) == (0, 1)
    assert merging.offers_of(db, few, staff["officer"]) == []
    for one, other in ((open_, few), (few, open_)):
        with pytest.raises(Refused, match="不能合并"):
            merging.merge(db, one, other, staff["officer"], channel="desk")


def test_merged_and_parted_each_gets_back_its_own(db: Database, staff: dict[str, Person]) -> None:
    old, new = case_of(db, "徐强"), case_of(db, "徐强", "13933334444")
    officer, mine = staff["officer"], cases.reports_in(db, new)
    (offer,) = merging.offers_of(db, old, officer)
    merging.confirm_offer(db, offer, officer, channel="desk", seen=new.version)
    assert (again(db, new).state, again(db, new).open, again(db, new).due) == ("已并入", 0, "9")
    assert [one.number for one in merging.merged_here(db, old)] == [new.number]
    assert set(mine) < set(cases.reports_in(db, old))
    report = lookup.report_by_id(db, mine[0])
    assert report
    assert cases.case_of_report(db, report.id) == again(db, old)
    work.act(db, again(db, old), "note", NOTE, officer, channel="desk")

    merging.part(db, again(db, new), officer, channel="desk")
    back = again(db, new)
    assert (back.state, back.open, back.duty) == (new.state, 1, new.duty)
    assert cases.reports_in(db, new) == mine
    assert not set(mine) & set(cases.reports_in(db, old))
    assert merging.merged_here(db, old) == []
    there = cases.events_of(db, old)
    assert [one.key for one in there][-3:] == ["joined", "note", "parted"]
    assert there[-1].facts["stays"] == 1
    assert not cases.standing(db, back).impossible
    assert not cases.standing(db, old).impossible
    assert merging.offers_of(db, old, officer) == [], "who parted two cases is not asked again"


def test_of_two_who_decide_the_second_hears_who_was_first(db: Database, staff: dict[str, Person]) -> None:
    old = case_of(db, "徐强")
    case_of(db, "徐强", "13933334444")
    (offer,) = merging.offers_of(db, old, staff["officer"])
    merging.refuse_offer(db, offer, staff["town"])
    with pytest.raises(Dealt) as first:
        merging.confirm_offer(db, offer, staff["officer"], channel="desk")
    assert first.value.name == "town同志"
    assert again(db, offer.case).state == "线索"


def test_who_may_not_merge_changes_nothing(db: Database, staff: dict[str, Person]) -> None:
    old, new = case_of(db, "徐强"), case_of(db, "徐强", "13933334444")
    (offer,) = merging.offers_of(db, old, staff["officer"])
    with pytest.raises(Denied):
        merging.confirm_offer(db, offer, staff["approver"], channel="desk")
    with pytest.raises(work.Moved):
        merging.confirm_offer(db, offer, staff["officer"], channel="desk", seen=new.version - 1)
    assert again(db, new).version == new.version
    assert len(merging.offers_of(db, old, staff["officer"])) == 1
    assert merging.offers_of(db, old, staff["officer"])[0].state == merging.OPEN

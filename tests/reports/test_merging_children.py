"""Two files of one child become one with all that hangs on them, and are parted again as they were."""

import threading
from collections.abc import Mapping
from datetime import date

import pytest

from intake.cases.merging import offers_of
from intake.children import child_keys, children, register, stays
from intake.children.children import Child
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin, facts_of
from intake.children.matching import waiting
from intake.children.matching.certain import certain_child
from intake.children.matching.described import Described
from intake.errors import Dealt, Denied, Missing, Refused, Stale
from intake.house import verify
from intake.importing import roster
from intake.importing.outcome import Options
from intake.people.accounts import Person
from intake.reports.whose import matches, merging, working
from intake.reports.whose.hanging import HANGINGS
from intake.school import roll
from intake.school.absentees import Told
from intake.school.register import entering
from intake.store.db import Database
from intake.store.ids import new_id
from tests.hands.classroom import SCHOOL_NAME, TOWN, VILLAGE, Classroom, classroom
from tests.hands.lists import sheet
from tests.hands.samples import citizen_id
from tests.hands.whose import CLASS, MING, again, case_of, dump, told

LISTED = FactOrigin("huji", "command", date(2026, 9, 1), "list")
RESIDENCE = {"residence": "石人镇林子头村1组"}
GUARDIAN = {"guardian_name": "王强", "phone": "13800000001"}


def found(db: Database, child: str) -> Child:
    one = children.find_child(db, child)
    assert one
    return one


def listed(db: Database, name: str = MING, born: str = "2017-03-01", number: str = "") -> Child:
    """Enter a child as a list of households does: in no class."""
    child = Child(new_id(), name, "女", born, TOWN, VILLAGE, "", "", "", "", children.number_hash(db, number))
    children.enter_child(db, child, number, actor="command", source="huji")
    noting.note_fact(db, child.id, "residence", RESIDENCE, LISTED)
    noting.note_fact(db, child.id, "guardian", GUARDIAN, LISTED)
    return found(db, child.id)


def test_every_table_that_knows_a_child_goes_along(db: Database) -> None:
    known = {(one.table, one.column) for one in HANGINGS}
    with db.schema() as schema:
        there = {(table, column) for table in schema.tables() for column in schema.columns(table)
                 if column in ("child", "other")}  # fmt: skip
    of_cases = {("case_offers", "other")}
    assert there - known - of_cases == set(), "say in hanging.py what becomes of it when two files are merged"


def test_nobody_owes_a_word_on_a_child_that_turns_out_to_sit_in_its_class(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    kept, gone = found(db, room.children[MING]), listed(db)
    with db.write():
        entry = register.enter_entry(
            db, register.new_entry(db, gone, register.UNTOLD, date(2026, 9, 1)), "command"
        )
    merge = merging.merge_children(db, kept, gone, staff["officer"])
    assert register.open_entries(db, kept.id, register.UNTOLD) == []
    merging.undo_merge(db, merge, staff["officer"])
    assert [one.id for one in register.open_entries(db, gone.id, register.UNTOLD)] == [entry.id]


@pytest.mark.parametrize("leaves", [False, True])
def test_a_child_of_the_roll_that_moved_on_under_the_other_name_is_where_it_went_when_they_are_parted(
    db: Database, room: Classroom, staff: Mapping[str, Person], leaves: bool
) -> None:
    kept, gone = listed(db), found(db, room.children[MING])
    with db.write():
        stays.enter_class(db, gone, stays.LISTED, "roster", "command", date(2026, 9, 1))
    merge = merging.merge_children(db, kept, gone, staff["officer"])
    assert found(db, kept.id).class_id == room.id
    if leaves:
        said = {"day": "2026-11-20", "to_school": "通化市第一小学", "reason": "搬家", "paper": "在读证明"}
        entry = entering.enter(db, found(db, kept.id), register.OUT, said, staff["officer"])
    else:
        row = (("姓名", "出生日期", "班级"), (MING, "2017-03-01", "四年级2班"))
        assert roster.take(db, sheet([SCHOOL_NAME], *row), Options()).changed == 1
        title = found(db, kept.id).title
        class_id = found(db, kept.id).class_id
        roll.mark(db, class_id, db.today(), {kept.id: "不明"}, staff["principal"], Told(phone="13900001111"))
    merging.undo_merge(db, merge, staff["officer"])
    assert verify.faults(db) == []
    assert (found(db, kept.id).class_id, stays.stays_of(db, kept.id)) == ("", [])
    if leaves:
        assert found(db, gone.id).class_id == ""
        entering.undo(db, register.entries_of_child(db, gone.id)[0], staff["officer"])
        assert (entry.child, found(db, gone.id).class_id) == (kept.id, room.id)
    else:
        assert found(db, gone.id).title == title == "四年级2班"
        assert [one.went for one in stays.stays_of(db, gone.id)] == ["", stays.MOVED_UP]
        for table in ("roll_marks", "reports", "cases"):
            assert [row["child"] for row in db.all(f"SELECT child FROM {table}")] == [gone.id], table
    assert verify.faults(db) == []


def test_a_file_goes_into_another_and_comes_back(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    kept, officer = found(db, room.children[MING]), staff["officer"]
    with db.write():
        stays.enter_class(db, kept, stays.LISTED, "roster", "command", date(2026, 9, 1))
    noting.note_fact(db, kept.id, "guardian", GUARDIAN, LISTED)
    number = citizen_id(date(2017, 3, 1), "女")
    gone = listed(db, number=number)
    first = told(db, {"child_name": MING, "birth_date": "2017-03-01"}, child=kept.id, reporter="wechat:first")
    second = told(db, {"child_name": MING}, child=gone.id)
    working.match_reports(db)
    before = dump(db)
    told_of = merging.merge_preview(db, kept, gone, officer)
    assert (told_of["个案"], told_of["报告"]) == (1, 1)
    merge = merging.merge_children(db, kept, gone, officer)
    assert verify.faults(db) == []
    assert found(db, gone.id).id == kept.id, "its address leads on"
    assert children.child_of_number(db, children.number_hash(db, number)) == found(db, kept.id)
    assert children.number_of_child(db, found(db, kept.id)) == number
    assert [again(db, one).child for one in (first, second)] == [kept.id, kept.id]
    assert [
        one.value for one in facts_of(db, kept.id) if one.kind == "guardian" and one.source == "huji"
    ] == [GUARDIAN]
    assert RESIDENCE in [one.value for one in facts_of(db, kept.id)]
    assert [one.reason for one in offers_of(db, case_of(db, second), officer)] == ["同一个孩子"]
    later = noting.note_fact(db, kept.id, "ethnic", {"ethnic": "汉族"}, LISTED)
    merging.undo_merge(db, merge, officer)
    assert verify.faults(db) == []
    after = dump(db)
    assert [one for one in after["facts"] if one[0] == later] == [
        (later, kept.id, "ethnic", "huji", "2026-09-01")
    ]
    after["facts"] = [one for one in after["facts"] if one[0] != later]
    assert after == before
    key = child_keys.family_key(db, "王强", "13800000001")
    assert sorted(child_keys.children_by_key(db, child_keys.FAMILY, [key])) == sorted([kept.id, gone.id])


def test_two_valid_numbers_need_a_reason(db: Database, room: Classroom, staff: Mapping[str, Person]) -> None:
    one, other = (listed(db, number=citizen_id(date(2017, 3, 1), "女", order=order)) for order in (1, 2))
    with pytest.raises(Refused) as refused:
        merging.merge_children(db, one, other, staff["officer"])
    assert refused.value.field == "words"
    merging.merge_children(db, one, other, staff["officer"], words="户口本上补办过一次号码")
    both = [citizen_id(date(2017, 3, 1), "女", order=order) for order in (1, 2)]
    assert {getattr(certain_child(db, Described(id_number=number)), "id", "") for number in both} == {one.id}
    rows = db.all("SELECT moved FROM child_merges")
    assert all("户口本" not in row["moved"] for row in rows), "the reason is encrypted"


def test_who_sees_one_side_alone_merges_nothing(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    kept = found(db, room.children[MING])
    gone = listed(db)
    with db.write():
        db.run("UPDATE children SET town = '220605103', village = NULL WHERE id = ?", (gone.id,))
    gone = found(db, gone.id)
    for login, error in (
        ("town", Missing),
        ("neighbour", Missing),
        ("principal", Missing),
        ("approver", Denied),
    ):
        with pytest.raises(error):
            merging.merge_children(db, kept, gone, staff[login])
    assert db.all("SELECT 1 FROM child_merges") == []


def test_of_two_at_once_one_merges_and_one_undoes(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    kept, gone, told_ = found(db, room.children[MING]), listed(db), list[object]()

    def run(do: object, *given: object) -> None:
        try:
            told_.append(do(db, *given))  # type: ignore[operator]
        except (Stale, Dealt) as late:
            told_.append(type(late))

    def both(do: object, *given: object) -> list[object]:
        told_.clear()
        hands = [threading.Thread(target=run, args=(do, *given, staff[who])) for who in ("officer", "bureau")]
        for one in hands:
            one.start()
        for one in hands:
            one.join()
        return list(told_)

    merged = both(merging.merge_children, kept, gone)
    (merge,) = [one for one in merged if isinstance(one, str)]
    assert Stale in merged
    assert sorted(map(str, both(merging.undo_merge, merge))) == sorted(map(str, [None, Dealt]))


def test_who_parts_what_another_has_just_parted_is_told_who_was_first(
    db: Database, room: Classroom, staff: Mapping[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    merge = merging.merge_children(db, found(db, room.children[MING]), listed(db), staff["officer"])
    read, others = merging.file_of, [staff["bureau"]]

    def meanwhile(db: Database, child: str) -> Child | None:
        while others:  # after the row of the merge was read, before the files are
            merging.undo_merge(db, merge, others.pop())
        return read(db, child)

    monkeypatch.setattr(merging, "file_of", meanwhile)
    with pytest.raises(Dealt):
        merging.undo_merge(db, merge, staff["officer"])
    assert verify.faults(db) == []


def test_files_that_were_merged_in_turn_are_parted_in_any_order_as_they_were(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    kept, who, number = found(db, room.children[MING]), staff["officer"], citizen_id(date(2017, 3, 1), "女")
    files = [listed(db), listed(db, "王晓明", number=number), listed(db)]
    told(db, {"child_name": MING}, child=files[1].id)
    working.match_reports(db)
    before = dump(db)
    merges = [merging.merge_children(db, found(db, kept.id), one, who) for one in files]
    for one in (merges[1], merges[2], merges[0]):
        merging.undo_merge(db, one, who)
        assert verify.faults(db) == []
    assert dump(db) == before


def test_what_was_merged_later_is_parted_first(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    first, second, officer = listed(db), listed(db), staff["officer"]
    one = merging.merge_children(db, second, first, officer)
    two = merging.merge_children(db, found(db, room.children[MING]), found(db, second.id), officer)
    assert found(db, first.id).id == room.children[MING]
    with pytest.raises(Refused):
        merging.undo_merge(db, one, officer)
    merging.undo_merge(db, two, officer)
    merging.undo_merge(db, one, officer)
    assert [found(db, child.id).id for child in (first, second)] == [first.id, second.id]
    assert verify.faults(db) == []


def test_a_list_that_names_a_child_of_a_class_anew_is_offered_and_twins_are_not(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    officer = staff["officer"]
    double = listed(db)
    listed(db, "李青", "2017-03-02", citizen_id(date(2017, 3, 2), "女"))
    with db.write():
        db.run("UPDATE children SET id_number_hash = ? WHERE id = ?",
               (children.number_hash(db, citizen_id(date(2017, 3, 2), "男")), room.children["李红"]))  # fmt: skip
        for row in db.all("SELECT id FROM children"):
            waiting.enqueue_child(db, row["id"])
    working.match_reports(db)
    (match,) = matches.open_matches(db, officer)
    assert (match.child.id, match.other and match.other.id) == (room.children[MING], double.id)
    assert {"same_name", "same_birth"} <= set(match.reasons)
    before = dump(db)
    matches.confirm_match(db, match, officer, seen=match.version)
    assert found(db, double.id).id == room.children[MING], "the file with a class stays"
    assert matches.open_matches(db, officer) == []
    (done,) = matches.decided_matches(db, officer)
    matches.undo_match(db, done, officer)
    assert dump(db) == before
    assert [one.id for one in matches.open_matches(db, officer)] == [match.id]


def test_a_pair_whose_first_went_into_the_second_is_listed_and_parted_by_whoever_sees_both(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    second = classroom(db, name="3班", names=(MING,)).children[MING]
    first = room.children[MING]
    with db.write():
        db.run(
            "INSERT INTO child_matches (id, report, child, other, score, reasons, state, at, version)"
            " VALUES ('m', '', ?, ?, 90, '[]', 'open', '2026-11-23T00:00:00.000Z', 1)",
            (first, second),
        )
    before = dump(db)
    principal = staff["principal"]
    matches.confirm_match(db, matches.match_of(db, "m", principal), principal, keep=second)
    assert found(db, first).id == second
    for login in ("principal", "officer", "town"):
        (done,) = matches.decided_matches(db, staff[login])
        assert done.other
        assert (done.child.id, done.child.class_name, done.other.id) == (first, "2班", second)
    assert matches.decided_matches(db, staff["neighbour"]) == []
    matches.undo_match(db, done, principal)
    assert dump(db) == before
    assert verify.faults(db) == []


def test_nothing_is_lost_where_a_file_is_made_merged_parted_and_taken_back(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    officer = staff["officer"]
    for name, keeps in (("王小名", "made"), ("王小铭", "listed"), ("王晓明", "")):
        report = told(db, {"child_name": name, **CLASS}, reporter=f"wechat:{name}")
        working.match_reports(db)
        match = next(one for one in matches.open_matches(db, officer) if one.report == again(db, report))
        made, other = matches.enter_new_child(db, match, officer), listed(db, name)
        assert verify.faults(db) == []
        if keeps:
            kept, gone = (made, other) if keeps == "made" else (other, made)
            merge = merging.merge_children(db, found(db, kept.id), found(db, gone.id), officer)
            assert verify.faults(db) == []
            merging.undo_merge(db, merge, officer)
            assert verify.faults(db) == []
        matches.undo_match(db, matches.match_of(db, match.id, officer), officer)
        assert verify.faults(db) == []
        assert again(db, report).child == ""
        assert found(db, other.id).id == other.id
        assert (children.find_child(db, made.id) is None) == (not keeps), "what was merged is told of still"

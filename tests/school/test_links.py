"""Parents and the children of the roll: nothing is shown before the class teacher has said yes."""

from typing import Any

import pytest

from intake.children import links
from intake.reports.told_children import parents_waiting
from intake.store.db import Database
from tests.hands.classroom import NAMES, SCHOOL, TOWN, VILLAGE, classroom, teacher
from tests.hands.samples import citizen_id

WHO, OTHER = "wechat:grandmother", "wechat:other"
WANG = {"child_name": "王小明", "school": SCHOOL, "grade": "三年级", "class_name": "2班", "relation": "祖母"}


def test_a_link_is_asked_confirmed_and_only_then_tells(db: Database) -> None:
    room = classroom(db)
    person = teacher(db, room)
    assert links.suggest(db, WHO, WANG) == room.children["王小明"]
    assert links.confirmed(db, WHO) == []
    ((waiting),) = parents_waiting(db, person.id)
    assert (waiting.reporter, waiting.name, waiting.title) == (WHO, "王小明", "三年级2班")
    assert links.count(db, person.id) == 1
    assert links.decide(db, person, WHO, waiting.child, True)
    (linked,) = links.confirmed(db, WHO)
    assert linked.facts == {
        "child_name": "王小明", "school": SCHOOL, "grade": "三年级", "class_name": "2班", "town": TOWN,
        "village": VILLAGE,
    }  # fmt: skip
    assert links.confirmed(db, OTHER) == []
    assert parents_waiting(db, person.id) == []
    assert not links.decide(db, person, WHO, waiting.child, False)
    verbs = [
        tuple(row)
        for row in db.all("SELECT actor, verb, subject FROM audit WHERE verb LIKE 'link.%' ORDER BY id")
    ]
    assert verbs == [(WHO, "link.asked", waiting.child), (person.actor, "link.confirmed", waiting.child)]


def test_a_refusal_tells_nothing_and_is_not_asked_again(db: Database) -> None:
    room = classroom(db)
    person = teacher(db, room)
    child = links.suggest(db, WHO, WANG)
    assert links.decide(db, person, WHO, child, False)
    assert links.confirmed(db, WHO) == []
    assert not links.ask(db, WHO, child)
    assert parents_waiting(db, person.id) == []


def test_only_the_teacher_of_the_class_decides(db: Database) -> None:
    room = classroom(db)
    teacher(db, room)
    stranger = teacher(db, classroom(db, name="3班"), login="stranger")
    child = links.suggest(db, WHO, WANG)
    assert parents_waiting(db, stranger.id) == []
    assert not links.decide(db, stranger, WHO, child, True)
    assert links.confirmed(db, WHO) == []


@pytest.mark.parametrize(
    "change",
    [
        {"child_name": "王小亮"},
        {"grade": "四年级"},
        {"class_name": "9班"},
        {"school": "别的学校"},
        {"relation": "邻居/其他"},
        {"relation": "班主任"},
        {"relation": None},
    ],
)
def test_what_names_no_child_of_the_roll_asks_nobody(db: Database, change: dict[str, Any]) -> None:
    teacher(db, classroom(db))
    assert links.suggest(db, WHO, WANG | change) == ""
    assert db.all("SELECT * FROM links") == []


def test_two_children_are_no_one_child(db: Database) -> None:
    room = classroom(db, names=("王小明", "王小明"))
    teacher(db, room)
    assert links.suggest(db, WHO, WANG) == ""
    other = classroom(db, name="3班", names=("李红",))
    teacher(db, other, classroom(db, name="5班", names=("李红",)), login="second")
    without = {key: value for key, value in WANG.items() if key != "class_name"} | {"child_name": "李红"}
    assert links.suggest(db, WHO, without) == ""
    assert links.suggest(db, WHO, without | {"class_name": "3班"}) == other.children["李红"]


def test_the_number_of_the_child_names_it_too(db: Database) -> None:
    from datetime import date

    room, number = classroom(db, names=NAMES), citizen_id(date(2017, 3, 1), "女")
    child = room.children["李红"]
    teacher(db, room)
    with db.write():
        db.run(
            "UPDATE children SET id_number = ?, id_number_hash = ? WHERE id = ?",
            (db.keys.lock(number, "children.id_number", child), db.keys.digest("IdNumber", number), child),
        )
    said = {"child_name": "李红", "id_number": number, "relation": "母"}
    assert links.suggest(db, OTHER, said | {"child_name": "王小明"}) == ""
    assert links.suggest(db, OTHER, said) == room.children["李红"]


def test_nobody_is_asked_where_nobody_teaches_or_nobody_chats(db: Database) -> None:
    room = classroom(db)
    assert links.suggest(db, WHO, WANG) == ""
    teacher(db, room)
    assert links.suggest(db, "staff:1", WANG) == ""
    assert links.suggest(db, "", WANG) == ""


def test_leaving_the_account_forgets(db: Database) -> None:
    room = classroom(db)
    person = teacher(db, room)
    child = links.suggest(db, WHO, WANG)
    links.decide(db, person, WHO, child, True)
    links.suggest(db, OTHER, WANG)
    with db.write():
        assert links.forget(db, WHO) == 1
    assert links.confirmed(db, WHO) == []
    assert [one.reporter for one in parents_waiting(db, person.id)] == [OTHER]

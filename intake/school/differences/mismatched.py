"""人籍不符: who is registered and sits nowhere, who sits and is not registered, who stands there twice, who is told otherwise."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from intake.children.children import Child, number_hash, number_of_child
from intake.language.naming.names import name_key
from intake.school.differences.difference import (
    DELETE,
    MAKE,
    MISMATCH,
    MOVE,
    NO_SUCH_NUMBER,
    NUMBER_TWICE,
    OTHER_NAME,
    OTHER_VALUES,
    PERSON_TWICE,
    PRESENT_ONLY,
    PUPIL_NUMBER_TWICE,
    REGISTERED_ONLY,
    UPDATE,
)
from intake.school.differences.lists import FoundDifference, Lists, Registered
from intake.school.schooling import DIED, FINISHED

_SAID = ("child_name", "sex", "birth_date", "id_number", "pupil_number", "grade", "class_name")


def mismatches(lists: Lists) -> Iterator[FoundDifference]:
    """Yield all of them; who is registered and sits nowhere at all is the duty of 学籍↔在校学生, and only shown here."""
    for find in (_registered_only, _present_only, _twice, _no_such_number, _otherwise):
        yield from find(lists)


def _registered_only(lists: Lists) -> Iterator[FoundDifference]:
    """有籍无人 of who is known to be elsewhere: on another school's roll, dead, or through with school."""
    mine = [
        one for one in lists.xueji if one.row.school in lists.with_roll and one.child.school != one.row.school
    ]
    where = lists.schoolings([one.child for one in mine if not one.child.class_id])
    for one in mine:
        borrowed = lists.borrowed.get(one.child.id)
        if borrowed and one.row.school == borrowed[1]:
            continue
        if one.child.class_id:
            yield _found(
                lists, REGISTERED_ONLY, one, {"school": one.child.school, "grade": one.child.grade}, MOVE
            )
        elif (state := where[one.child.id].state) in (DIED, FINISHED):
            yield _found(lists, REGISTERED_ONLY, one, {"schooling": state}, UPDATE)


def _present_only(lists: Lists) -> Iterator[FoundDifference]:
    """有人无籍: on the roll of a school whose 学籍 was brought, and not in it."""
    for child in lists.seated:
        rows = lists.registered.get(child.id, [])
        if not lists.tells_of_school(child.school) or any(row.school == child.school for row in rows):
            continue
        if child.id in lists.borrowed and lists.borrowed[child.id][0] == child.school:
            continue
        known = bool(rows) or bool(child.pupil_hash)
        there = {"school": rows[0].school} if rows else {}
        yield FoundDifference(
            MISMATCH, PRESENT_ONLY, child, there, _of_roll(child), MOVE if known else MAKE, town=child.town,
            school=child.school, village=child.village,
        )  # fmt: skip


def _twice(lists: Lists) -> Iterator[FoundDifference]:
    """重复: one number on two rows, or two rows of one name, sex and day of birth."""
    told: set[str] = set()
    for problem, key in _DOUBLES:
        groups: defaultdict[str, list[Registered]] = defaultdict(list)
        for one in lists.xueji:
            if said := key(one):
                groups[said].append(one)
        for mine in groups.values():
            for one, other in _pairs(mine):
                if problem == PERSON_TWICE and one.row.id in told:
                    continue
                told.add(one.row.id)
                there = other.said(*_SAID) | {"school": other.row.school}
                yield _found(lists, problem, one, there, DELETE, about=one.row.mark)


def _pairs(mine: Sequence[Registered]) -> Iterator[tuple[Registered, Registered]]:
    """Give each of several with one of the others."""
    if len(mine) > 1:
        for at, one in enumerate(mine):
            yield one, mine[at - 1]


def _person(one: Registered) -> str:
    said = [one.row.get(key) for key in ("child_name", "sex", "birth_date")]
    return "|".join((name_key(said[0]), *said[1:])) if all(said) else ""


_DOUBLES: tuple[tuple[str, Callable[[Registered], str]], ...] = (
    (NUMBER_TWICE, lambda one: one.row.get("id_number")),
    (PUPIL_NUMBER_TWICE, lambda one: one.row.get("pupil_number")),
    (PERSON_TWICE, _person),
)
"""What is looked for twice, the surest first: a pair is told of once."""


def _no_such_number(lists: Lists) -> Iterator[FoundDifference]:
    """身份证号不存在: 18 digits that no citizen has; the list keeps them apart, and nobody is found by them."""
    for one in _both(lists):
        if wrong := one.row.get("wrong_number"):
            yield _found(
                lists, NO_SUCH_NUMBER, one, {}, UPDATE, about=one.row.listing, more={"id_number": wrong}
            )


def _otherwise(lists: Lists) -> Iterator[FoundDifference]:
    """与姓名不匹配 and 信息不一致: what a list says otherwise than the child's file."""
    for one in _both(lists):
        child, cells = one.child, one.row
        same_number = (
            bool(child.number_hash) and number_hash(lists.db, cells.get("id_number")) == child.number_hash
        )
        if (
            same_number
            and cells.get("child_name")
            and name_key(cells.get("child_name")) != name_key(child.name)
        ):
            yield _found(lists, OTHER_NAME, one, _of_roll(child), UPDATE, about=cells.listing)
            continue
        wrong = [key for key in ("sex", "birth_date", "grade") if _differs(child, one, key)]
        if cells.get("id_number") and child.number_hash and not same_number:
            wrong.append("id_number")
        if wrong:
            there = _of_roll(child) | {"id_number": number_of_child(lists.db, child)}
            yield _found(lists, OTHER_VALUES, one, there, UPDATE, about=cells.listing, keys=wrong)


def _differs(child: Child, one: Registered, key: str) -> bool:
    said, known = one.row.get(key), getattr(child, key)
    if key == "grade" and one.row.school != child.school:
        return False
    return bool(said and known and said != known)


def _both(lists: Lists) -> Iterable[Registered]:
    return [*lists.xueji, *lists.huji]


def _found(
    lists: Lists, problem: str, one: Registered, there: Mapping[str, str], advice: str, *, about: str = "",
    keys: Sequence[str] = (), more: Mapping[str, str] = MappingProxyType({}),
) -> FoundDifference:  # fmt: skip
    school = one.row.school or one.child.school
    cells = {**one.said(*_SAID), **more}
    if keys:
        cells = {key: said for key, said in cells.items() if key in keys}
        there = {key: said for key, said in there.items() if key in keys}
    return FoundDifference(
        MISMATCH, problem, one.child, cells, {key: said for key, said in there.items() if said}, advice,
        town=one.child.town or one.row.town, school=school, village=one.row.village or one.child.village, about=about,
    )  # fmt: skip


def _of_roll(child: Child) -> dict[str, str]:
    said = {
        "child_name": child.name, "sex": child.sex, "birth_date": child.birth_date, "grade": child.grade,
        "class_name": child.class_name,
    }  # fmt: skip
    return {key: one for key, one in said.items() if one}

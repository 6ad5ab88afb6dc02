"""A district that nobody lives in, with known truth: twins, namesakes, families, and what people tell of its children."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from intake.children.children import number_hash, pupil_hash
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin
from intake.children.facts.noting import NewFact
from intake.language import sounds
from intake.language.naming.look_alikes import looks_like
from intake.store.db import Cell, Database
from tests.hands import classroom
from tests.hands.lists import number

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
GIVEN = (
    "子梓浩宇轩涵欣怡雨佳俊杰明思诗语嘉文博睿晨一诺萱琪瑶婷雪梦静丽伟强磊鑫鹏飞志建国华芳敏慧秀英兰玉红霞"
    "燕玲桂艳娜雅晓彤可馨若曦泽辰逸豪天宏瑞凯旭阳春秋海波涛龙凤林森然昊翔宁安康乐悦心月星彩云"
)
MINORITY = ("阿依古丽·买买提", "古丽娜尔·阿不都", "迪丽热巴·艾力", "巴特尔·朝克", "那仁·其其格", "乌兰·托娅")
GRADES = ("一年级", "二年级", "三年级", "四年级", "五年级", "六年级", "七年级", "八年级", "九年级")
TOWNS = ("220605105", "220605103", "220605101", "220605106")
ROLL = FactOrigin("roster", "command", date(2026, 9, 1), "list")


@dataclass(frozen=True)
class MadeUpChild:
    """A child as the house knows it; `phones` are its family's."""

    id: str
    name: str
    sex: str
    born: str
    number: str
    pupil: str
    school: str
    grade: str
    class_name: str
    town: str
    guardian: str
    phones: tuple[str, ...]
    known_phones: bool = True


@dataclass
class MadeUp:
    """The children of the district by id, and who has the same name."""

    children: dict[str, MadeUpChild] = field(default_factory=dict)

    @cached_property
    def every(self) -> list[MadeUpChild]:
        """Give all of them."""
        return list(self.children.values())

    @cached_property
    def _phones(self) -> dict[str, list[MadeUpChild]]:
        found: dict[str, list[MadeUpChild]] = {}
        for one in self.every:
            for phone in one.phones:
                found.setdefault(phone, []).append(one)
        return found

    @cached_property
    def _days(self) -> dict[str, list[MadeUpChild]]:
        found: dict[str, list[MadeUpChild]] = {}
        for one in self.every:
            found.setdefault(one.born, []).append(one)
        return found

    def of_phone(self, phone: str) -> list[MadeUpChild]:
        """Give the children of a telephone."""
        return self._phones[phone]

    def born_on(self, day: str) -> list[MadeUpChild]:
        """Give the children of a day."""
        return self._days.get(day, [])


@dataclass(frozen=True)
class Told:
    """What somebody tells, the child that is truly meant (nothing for one of no list), and if it tells enough."""

    said: Mapping[str, Any]
    truth: str
    enough: bool
    sort: str


def citizen_number(made: random.Random, born: str, sex: str) -> str:
    """Give a number of identity of some place."""
    order = made.randrange(0, 500) * 2 + (sex == "男")
    return number(born.replace("-", ""), order, made.choice(("220605", "220602", "210102", "370705")))


class _Maker:
    """Makes children, one family after another."""

    def __init__(self, size: int, seed: int) -> None:
        self.made, self.size, self.district = random.Random(seed), size, MadeUp()
        self.numbers: set[str] = set()
        self.schools = [f"22060500{n:02d}" for n in range(1, max(3, size // 700) + 1)]

    def fill(self) -> MadeUp:
        """Make families until there are enough children."""
        while len(self.district.children) < self.size:
            self._family()
        self._namesakes()
        return self.district

    def _family(self) -> None:
        made = self.made
        surname, sort = made.choice(SURNAMES[: 20 if made.random() < 0.6 else None]), made.random()
        phones = tuple(f"1{made.randrange(3 * 10**9, 10**10)}" for _ in range(made.choice((1, 1, 2))))
        guardian = made.choice(SURNAMES) + self._given()
        known = made.random() < 0.9
        if sort < 0.04:  # twins: born on one day, one class, names alike
            first = self._given(2)
            one = self._child(surname + first, phones, guardian, known=known)
            other = surname + first[0] + self._other(first[1])
            self._child(other, phones, guardian, born=one.born, like=one, known=known)
        elif sort < 0.3:  # brothers and sisters, with half a name in common
            first = self._given(2)
            self._child(surname + first, phones, guardian, known=known)
            for _ in range(made.choice((1, 1, 2))):
                self._child(surname + first[0] + self._other(first[1]), phones, guardian, known=known)
        elif sort < 0.31:
            self._child(made.choice(MINORITY), phones, guardian, known=known)
        else:
            self._child(surname + self._given(), phones, guardian, known=known)

    def _namesakes(self) -> None:
        """Give a share of the children the name of another one: of the class, of the district, of the same day."""
        made, every = self.made, list(self.district.children.values())
        for one in made.sample(every, len(every) // 40):
            mate, sort = made.choice(every), made.random()
            if sort < 0.4:  # in one class
                there = replace(mate, name=one.name, school=one.school, grade=one.grade, class_name=one.class_name,
                                town=one.town)  # fmt: skip
            elif sort < 0.6:  # born on one day, at two schools
                number = self._number(one.born, mate.sex) if mate.number else ""
                there = replace(
                    mate, name=one.name, born=one.born, number=number, pupil=f"G{number}" if number else ""
                )
            else:
                there = replace(mate, name=one.name)
            self.district.children[mate.id] = there

    def _number(self, born: str, sex: str) -> str:
        """Give a number that nobody has."""
        while (number := citizen_number(self.made, born, sex)) in self.numbers:
            pass
        self.numbers.add(number)
        return number

    def _given(self, length: int = 0) -> str:
        return "".join(self.made.choice(GIVEN) for _ in range(length or self.made.choice((1, 2, 2, 2, 2))))

    def _other(self, sign: str) -> str:
        return self.made.choice([one for one in GIVEN if one != sign])

    def _child(
        self, name: str, phones: tuple[str, ...], guardian: str, born: str = "",
        like: MadeUpChild | None = None, *, known: bool,
    ) -> MadeUpChild:  # fmt: skip
        made = self.made
        sex = made.choice(("男", "女"))
        grade = GRADES.index(like.grade) if like else made.randrange(9)
        born = born or (date(2020 - grade, 8, 31) - timedelta(days=made.randrange(365))).isoformat()
        number = self._number(born, sex) if made.random() < 0.9 else ""
        child = MadeUpChild(
            f"child-{len(self.district.children):06d}", name, sex, born, number,
            f"G{number}" if number else f"L{made.randrange(10**17, 10**18)}",
            like.school if like else made.choice(self.schools), GRADES[grade],
            like.class_name if like else f"{made.randint(1, 3)}班", like.town if like else made.choice(TOWNS), guardian,
            phones, known,
        )  # fmt: skip
        self.district.children[child.id] = child
        return child


def made_up(size: int, seed: int = 7) -> MadeUp:
    """Make a district of so many children."""
    return _Maker(size, seed).fill()


def enter_made_up(db: Database, district: MadeUp) -> None:
    """Write the district down: as lists would have it, with the families' telephones as facts."""
    for code in sorted({one.school for one in district.every}):
        classroom.school(db, code, f"虚构第{code[-2:]}小学", TOWNS[int(code[-2:]) % len(TOWNS)])
    with db.write():
        for school, grade, name in sorted(
            {(one.school, one.grade, one.class_name) for one in district.every}
        ):
            db.run(
                "INSERT INTO classes (id, school, grade, class_name, demo) VALUES (?, ?, ?, ?, 0)",
                (f"{school}{grade}{name}", school, grade, name),
            )
        for one in district.every:
            cells: list[Cell] = [
                one.id, one.name, one.sex, one.born, number_hash(db, one.number) or None, pupil_hash(db, one.pupil) or None,
                f"{one.school}{one.grade}{one.class_name}", one.town, sounds.initials(one.name),
            ]  # fmt: skip
            db.run(
                "INSERT INTO children (id, child_name, sex, birth_date, id_number_hash, pupil_number_hash, class, town, initials,"
                " demo) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                cells,
            )
        noting.note_facts(db, list(_families(district)), ROLL)


def _families(district: MadeUp) -> Iterator[NewFact]:
    for one in district.every:
        if one.known_phones:
            first, *more = one.phones
            yield NewFact(
                one.id, "guardian", {"guardian_name": one.guardian, "relation": "父亲", "phone": first}
            )
            for phone in more:
                yield NewFact(one.id, "phone", {"relation": "母亲", "phone": phone})


def told_of(district: MadeUp, count: int, seed: int = 11) -> list[Told]:
    """Give what people tell of children of the district and of others: right, wrong, and with something missing."""
    made, every = random.Random(seed), district.every
    same = Counter((one.name, one.born) for one in every)
    of_family = Counter((one.name, phone) for one in every for phone in one.phones)
    found = []
    for _ in range(count):
        child = made.choice(every)
        found.append(_told(made, district, child, same[child.name, child.born] == 1,
                           all(of_family[child.name, phone] == 1 for phone in child.phones)))  # fmt: skip
    return found


def _told(made: random.Random, district: MadeUp, child: MadeUpChild, alone: bool, own: bool) -> Told:
    place = {"school": child.school, "grade": child.grade, "class_name": child.class_name}
    moved = {"school": made.choice(district.every).school, "grade": child.grade}
    phone = made.choice(child.phones)
    calls, strange = own and child.known_phones, f"1{made.randrange(3 * 10**9, 10**10)}"
    born = {"name": child.name, "birth_date": child.born}
    twice = {**born, "phone": phone}
    ways: list[tuple[str, dict[str, Any], bool]] = [
        ("number", {"name": child.name, "id_number": _spaced(made, child.number)}, bool(child.number)),
        ("number alone", {"id_number": child.number}, bool(child.number)),
        ("pupil number", {"name": child.name, "pupil_number": child.pupil}, bool(child.pupil)),
        ("number, name misheard", {"name": _misheard(made, child.name), "id_number": child.number}, bool(child.number)),
        ("born", {**born, **place}, alone),
        ("born, spelt loosely",
         {"child_name": _loose(made, child.name), "birth_date": child.born.replace("-", made.choice("./-"))}, alone),
        ("number, name of home", {"name": made.choice(("小宝", "丫丫", "毛毛")), "id_number": child.number}, bool(child.number)),
        ("born, moved", {**born, **moved, "phone": strange}, alone),
        ("called", {"name": _loose(made, child.name), "phone": _dashed(made, phone)}, calls),
        ("called, guardian", {"name": child.name, "guardian_name": child.guardian, "phone": phone, **place}, calls),
        ("all", {**twice, **place, "sex": child.sex, "id_number": child.number}, bool(child.number)),
        ("born, other sex", {**born, "sex": "女" if child.sex == "男" else "男"}, False),
        ("called, other birth", {"name": child.name, "phone": phone, "birth_date": _later(child.born)}, False),
        ("class alone", {"name": child.name, **place}, False),
        ("name alone", {"name": child.name}, False),
        ("misheard, called", {"name": _misheard(made, child.name), "phone": phone}, False),
        ("misheard, born", {"name": _misheard(made, child.name), "birth_date": child.born, **place}, False),
        ("typo, class", {"name": _mistyped(made, child.name), **place}, False),
        ("called at home", {"name": child.name[1:] if len(child.name) == 3 else child.name, "phone": phone}, False),
        ("class", {**place, "phone": phone}, False),
    ]  # fmt: skip
    if made.random() < 0.15:
        return _stranger(made, district, child, place, phone)
    sort, said, enough = made.choice(ways)
    return Told({key: one for key, one in said.items() if one}, child.id, enough, sort)


def _stranger(
    made: random.Random, district: MadeUp, child: MadeUpChild, place: dict[str, str], phone: str
) -> Told:
    """Tell of a child of no list that is like one of them: the younger brother, the namesake, who has just come."""
    other = (date.fromisoformat(child.born) + timedelta(days=made.randrange(400, 900))).isoformat()
    twins = [
        one
        for one in district.of_phone(phone)
        if one.born == child.born and one.id != child.id and one.number
    ]
    taken = {one.name for one in district.of_phone(phone)} | {
        one.name for one in district.born_on(child.born)
    }
    brother = made.choice([name for one in GIVEN if (name := child.name[:-1] + one) not in taken])
    ways: list[tuple[str, dict[str, Any]]] = [
        ("brother", {"name": brother, "phone": phone, "guardian_name": child.guardian}),
        ("brother, born", {"name": brother, "birth_date": other, "phone": phone, **place}),
        ("namesake", {"name": child.name, "birth_date": other}),
        (
            "namesake, number",
            {"name": child.name, "id_number": citizen_number(made, other, child.sex), **place},
        ),
        ("newcomer", {"name": brother, "birth_date": child.born, **place}),
    ]
    if twins:
        ways.append(("twins mixed up", {"name": child.name, "id_number": twins[0].number}))
    sort, said = made.choice(ways)
    return Told(said, "", False, f"stranger: {sort}")


def _later(born: str) -> str:
    return (date.fromisoformat(born) + timedelta(days=37)).isoformat()


def _spaced(made: random.Random, number: str) -> str:
    return f"{number[:6]} {number[6:14]} {number[14:]}".lower() if number and made.random() < 0.3 else number


def _dashed(made: random.Random, phone: str) -> str:
    return f"{phone[:3]}-{phone[3:7]}-{phone[7:]}" if made.random() < 0.3 else phone


def _loose(made: random.Random, name: str) -> str:
    if "·" in name:
        return name.replace("·", made.choice("•・．. "))
    return " ".join(name) if made.random() < 0.2 else name


def _misheard(made: random.Random, name: str) -> str:
    """Put a character of the same sound in the place of one; the name as it is where there is none."""
    known = sounds.syllables()
    at = made.randrange(1, len(name))
    alike = [one for one in GIVEN if known.get(one) == known.get(name[at]) and one != name[at]]
    return name[:at] + made.choice(alike) + name[at + 1 :] if alike else name


def _mistyped(made: random.Random, name: str) -> str:
    at = made.randrange(1, len(name))
    alike = [one for one in GIVEN if looks_like(one, name[at])] or [one for one in GIVEN if one != name[at]]
    return name[:at] + made.choice(alike) + name[at + 1 :]

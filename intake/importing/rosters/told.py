"""What a roster tells of a child beside its class: 学籍号, guardians with telephones, home, 就读方式; each becomes a fact.

A parent's employer and post are no column of ours: they are not read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from intake import fields
from intake.children.facts.fact_kinds import fact_kind
from intake.importing.outcome import Outcome
from intake.importing.table import LOST, ListColumn, ListRow
from intake.language import identity, spoken
from intake.language.patterns import regex
from intake.places.world import World

COLUMNS = (
    ListColumn("pupil_number", "全国学籍号", ("学籍号", "学籍号码", "学籍编号", "全国学籍号码")),
    ListColumn("guardian_name", "监护人姓名", ("监护人", "家长姓名", "家长", "法定监护人", "第一监护人")),
    ListColumn("relation", "与学生关系", ("关系", "监护人关系", "与监护人关系", "家长关系", "与孩子关系", "监护人与学生关系")),
    ListColumn("phone", "联系电话",
               ("电话", "家长电话", "监护人电话", "监护人联系电话", "家长联系电话", "家长手机", "手机", "手机号", "手机号码",
                "电话号码", "联系方式", "家庭电话")),
    ListColumn("father_name", "父亲姓名", ("父亲", "爸爸姓名")),
    ListColumn("father_phone", "父亲电话", ("父亲联系电话", "父亲手机", "父亲手机号", "父亲联系方式", "爸爸电话")),
    ListColumn("mother_name", "母亲姓名", ("母亲", "妈妈姓名")),
    ListColumn("mother_phone", "母亲电话", ("母亲联系电话", "母亲手机", "母亲手机号", "母亲联系方式", "妈妈电话")),
    ListColumn("residence", "现住址", ("家庭住址", "家庭地址", "住址", "现家庭住址", "居住地址", "现居住地址")),
    ListColumn("household_place", "户籍地址", ("户口所在地", "户籍所在地", "户籍地", "户口地址")),
    ListColumn("household_type", "户口性质", ("户口类型", "户口类别")),
    ListColumn("ethnic", "民族"),
    ListColumn("lodging", "就读方式", ("住宿方式", "走读住校")),
    ListColumn("travel", "上下学方式", ("上下学交通方式", "上学方式")),
    ListColumn("left_behind", "是否留守儿童", ("是否留守", "留守儿童", "留守")),
    ListColumn("orphan", "是否孤儿", ("孤儿",)),
)  # fmt: skip
_NUMBERED = regex("[A-Z]?[0-9]{17}[0-9X]|[A-Z][0-9A-Z]{5,24}|[0-9]{8,20}")
_MOBILE = regex("1[3-9][0-9]{9}")
_CODED = regex("[0-9A-Z]{1,2}[-—－ .、]")
"""The code before a word of a list: 1-走读."""
_NOTHING = frozenset({"无", "暂无", "没有", "不详", "未知", "-", "--", "—", "/", "\\", "0"})
LODGINGS = {
    "寄宿": "住校",
    "住宿": "住校",
    "住校生": "住校",
    "寄宿生": "住校",
    "走读生": "走读",
    "借宿生": "借宿",
}
GROUPS = {"left_behind": "留守", "orphan": "孤儿"}
DAMAGED = "学籍号在表格里成了数字，后几位已经丢了，没有记下。请先把这一列设成“文本”，再填一次。"
Told = tuple[tuple[str, Mapping[str, Any]], ...]
"""Kinds of fact, with their answers."""


@dataclass(slots=True)
class Teller:
    """Reads what rows tell; what is said often is read once."""

    world: World
    outcome: Outcome
    _read: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    _same: dict[tuple[str, str], tuple[str, Mapping[str, Any]]] = field(default_factory=dict)

    def told(self, row: ListRow) -> Told:
        """Give what a row tells; what cannot be read is named and left out."""
        if not row.cells.keys() & _TOLD:
            return ()
        return tuple(self._facts(row))

    def pupil_number(self, row: ListRow) -> str:
        """Give the 学籍号 of a row; one that is damaged, or is none, is named and left out."""
        said = row.get("pupil_number")
        if not said or said in _NOTHING:
            return ""
        if LOST.fullmatch(said):
            self.outcome.doubt(row, DAMAGED)
        elif not (number := identity.document_number(said)) or not _NUMBERED.fullmatch(number):
            self.outcome.doubt(row, "学籍号没有看懂，没有记下。")
        else:
            return number
        return ""

    def _facts(self, row: ListRow) -> Iterator[tuple[str, Mapping[str, Any]]]:
        yield from self._people(row)
        for kind, keys in (
            ("residence", ("residence",)),
            ("household", ("household_place", "household_type")),
            ("ethnic", ("ethnic",)),
            ("boarding", ("lodging",)),
            ("travel", ("travel",)),
        ):
            value = {key: one for key in keys if (one := self._cell(row, kind, key))}
            if keys[0] in value:
                yield self._shared(kind, value)
        for key, group in GROUPS.items():
            if row.get(key) and spoken.yes_no(row.get(key)):
                yield self._shared("group", {"group_name": group})

    def _people(self, row: ListRow) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield guardians with their telephones; a telephone without a name is the family's all the same."""
        named: set[str] = set()
        for name_key, phone_key, relation in _PEOPLE:
            name = self._cell(row, "guardian", name_key, "guardian_name")
            phone = self._cell(row, "guardian", phone_key, "phone")
            said = relation or self._cell(row, "guardian", "relation", "relation")
            if name and name not in named:
                named.add(name)
                yield (
                    "guardian",
                    {
                        key: one
                        for key, one in (("guardian_name", name), ("relation", said), ("phone", phone))
                        if one
                    },
                )
            elif phone and not name:
                yield (
                    "phone",
                    {"phone": phone, "relation": relation} if relation else {"phone": phone},
                )

    def _cell(self, row: ListRow, kind: str, key: str, of: str = "") -> Any:
        said = row.get(key)
        if not said or said in _NOTHING:
            return None
        of = of or key
        if of in _FEW:
            known = (kind, of, said)
            if known not in self._read:
                self._read[known] = self._value(kind, of, said)
            value = self._read[known]
        else:
            value = self._value(kind, of, said)
        if value is None:
            label = next(one.label for one in COLUMNS if one.key == key)
            self.outcome.doubt(row, f"{label}没有看懂，没有记下。")
        return value

    def _value(self, kind: str, key: str, said: str) -> Any:
        if key == "phone" and _MOBILE.fullmatch(said):
            return said  # as nearly all are written
        found = kind_field(kind, key, self.world).value_of(LODGINGS.get(said, said))
        coded = _CODED.match(said) if found is None else None
        return kind_field(kind, key, self.world).value_of(said[coded.end() :]) if coded else found

    def _shared(self, kind: str, value: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        """Give a fact that many rows tell as one object: a district's list has 20,000 rows."""
        return (
            self._same.setdefault((kind, str(value)), (kind, value)) if kind != "residence" else (kind, value)
        )


_TOLD = frozenset(one.key for one in COLUMNS) - {"pupil_number"}
_FEW = frozenset({"relation", "household_place", "household_type", "ethnic", "lodging", "travel"})
"""Answers of which few differ among many rows."""
_PEOPLE = (
    ("guardian_name", "phone", ""),
    ("father_name", "father_phone", "父"),
    ("mother_name", "mother_phone", "母"),
)


@cache
def kind_field(kind: str, key: str, world: World) -> fields.Answer:
    """Give a field of a kind of fact, bound to a world."""
    return fact_kind(kind, world).field(key)

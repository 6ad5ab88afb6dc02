"""The bureau's list of schools: code, name, other names, town, stage."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from intake.calendar import clock
from intake.importing.content import content_of
from intake.importing.outcome import Options, Outcome, RowFault, at_once, taking, unread
from intake.importing.places import other_stage
from intake.importing.table import LOST, ListColumn, ListSheet, some
from intake.importing.table import ListRow as Listed
from intake.language import text
from intake.language.patterns import regex
from intake.places import gazetteer
from intake.places.place_words import as_key
from intake.places.places import Places
from intake.store import audit
from intake.store.db import Database, Row

COLUMNS = (
    ListColumn("name", "学校名称", ("学校", "校名", "名称", "单位名称", "学校全称", "办学单位")),
    ListColumn("code", "学校标识码", ("学校代码", "标识码", "代码", "学校编码", "学校标识代码", "机构代码")),
    ListColumn("aliases", "其他名称", ("别名", "简称", "曾用名", "俗称", "学校简称", "其他叫法", "又名")),
    ListColumn(
        "town",
        "镇街",
        (
            "乡镇",
            "所在乡镇",
            "所属乡镇",
            "镇",
            "街道",
            "乡镇街道",
            "镇街道",
            "所在镇街",
            "所属镇街",
            "所在镇",
            "所属镇",
            "所在街道",
            "所属街道",
            "镇乡",
        ),
    ),
    ListColumn("stage", "学段", ("办学类型", "学校类型", "学校类别", "类型", "类别", "办学层次", "学校学段")),
    ListColumn("address", "学校地址", ("地址", "详细地址", "办学地址", "校址")),
)
STAGES = ("小学", "初中", "一贯制")
_STAGES = (
    (regex("一贯|九年"), "一贯制"),
    (regex("小学|完小|教学点"), "小学"),
    (regex("初级|初中|完全中学|完中|职业初中"), "初中"),
    (regex("高级中学|高中|职业|中专|幼儿园|幼教"), ""),
    (regex("中学|[0-9一二三四五六七八九十]中$"), "初中"),
)
_CODE = regex("[0-9]{10}")
_DIVIDER = regex(r"[、,，;；|/／\n]+")


@dataclass(frozen=True, slots=True)
class ListedSchool:
    """A school as a row says it; without a code it has none yet."""

    code: str
    name: str
    aliases: tuple[str, ...]
    town: str
    stage: str


def take(db: Database, sheets: Sequence[ListSheet], options: Options) -> Outcome:
    """Enter and change schools. Raises Refused, Stale."""
    outcome = Outcome("学校", COLUMNS)
    content = content_of(sheets, COLUMNS, "name")
    outcome.read(content)
    places, seen = gazetteer.world(db).places, dict[str, str]()
    rows = [row for one in content.tables for row in one.rows]
    good = [(row, school) for row in rows if (school := _checked(row, places, outcome, seen))]
    with taking(db, outcome, options, "schools"):
        at, listed = clock.stamp(db.now()), set[str]()
        for row, school in good:
            verdict, code = _enter(db, row, school, at, outcome, options)
            outcome.count(verdict)
            listed.add(code)
        outcome.notes += _unlisted(db, listed, {row.get("name") for row in outcome.bad_rows})
    return outcome


def _unlisted(db: Database, listed: set[str], refused: set[str]) -> list[str]:
    """Name the schools that a list does not have; nothing becomes of them."""
    rows = db.all("SELECT code, name FROM schools WHERE merged IS NULL ORDER BY code")
    names = [row["name"] for row in rows if row["code"] not in listed and row["name"] not in refused]
    return [f"系统里有、名单里没有的学校：{len(names)} 所（{some(names)}），没有动。"] if names else []


def _checked(row: Listed, places: Places, outcome: Outcome, seen: dict[str, str]) -> ListedSchool | None:
    if other_stage(row.get("stage") or row.get("name")):
        outcome.skip(row)
        return None
    name, faults = "".join(row.get("name").split()), unread(row, COLUMNS)
    if len(name) < 3 or name.isascii():
        faults.append(RowFault("请写学校全称。", "name"))
    code = row.get("code")
    if LOST.fullmatch(code) or (code and not _CODE.fullmatch(code)):
        faults.append(RowFault("学校标识码是 10 位数字；不知道可以空着。", "code"))
    town = _town(row, name, places)
    if town is None:
        faults.append(RowFault("请写学校在哪个镇街。" if not row.get("town") else "没有这个镇街。", "town"))
    stage = stage_of(row.get("stage") or name)
    if not stage:
        faults.append(RowFault(f"学段请写：{'、'.join(STAGES)}。", "stage"))
    for key in filter(None, (code, as_key(name))):
        if key in seen:
            faults.append(RowFault(f"和{seen[key]}是同一所学校。", "code" if key == code else "name"))
        else:
            seen[key] = row.where
    if faults:
        outcome.refuse(row, *at_once(faults))
        return None
    aliases = (text.normalise(one) for one in _DIVIDER.split(row.get("aliases")))
    return ListedSchool(code, name, tuple(filter(None, aliases)), town or "", stage)


def stage_of(said: str) -> str:
    """Read 小学, 初中 or 一贯制 out of a type or a name; an empty text for everything else."""
    return next((stage for pattern, stage in _STAGES if pattern.search(said)), "")


def _town(row: Listed, name: str, places: Places) -> str | None:
    """Find the town: as written, else at the beginning of the name, else in the address."""
    for said in (row.get("town"),) if row.get("town") else (name, row.get("address")):
        if said and (place := places.town(said).place):
            return place.code
    return None


def _enter(
    db: Database, row: Listed, school: ListedSchool, at: str, outcome: Outcome, options: Options
) -> tuple[str, str]:
    """Enter or change a school; tell which, and its code."""
    known = _known(db, school)
    if known is None:
        return "new", _add(db, school, at, options.actor)
    before = (known["name"], known["aliases"], known["town"], known["stage"])
    # A list that has an old name, or a short one, does not rename the school.
    name = known["name"] if _called(known, school) and school.code != known["code"] else school.name
    after = (name, "|".join(_aliases(known, name, school)), school.town, school.stage)
    if after == before:
        return "same", known["code"]
    db.run(
        "UPDATE schools SET name = ?, aliases = ?, town = ?, stage = ?, changed_at = ? WHERE code = ?",
        (*after, at, known["code"]),
    )
    audit.note(db, options.actor, "school.changed", known["code"])
    if school.code and school.code not in (known["code"], *_earlier(known)):
        outcome.doubt(row, f"原来没有标识码，系统里的代码 {known['code']} 不变，用标识码也能查到。")
    return "changed", known["code"]


def _add(db: Database, school: ListedSchool, at: str, actor: str) -> str:
    code = school.code or derived(school.name)
    db.run(
        "INSERT INTO schools (code, name, aliases, town, stage, demo, changed_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (code, school.name, "|".join(school.aliases), school.town, school.stage, int(db.settings.demo), at),
    )
    audit.note(db, actor, "school.entered", code)
    return code


def _known(db: Database, school: ListedSchool) -> Row | None:
    """Find the school by its code, else by its name; a name with another official code is another school."""
    if school.code and (row := db.one("SELECT * FROM schools WHERE code = ?", (school.code,))):
        return row
    every = db.all("SELECT * FROM schools ORDER BY code")
    if school.code and (had := [row for row in every if school.code in _earlier(row)]):
        return had[0]
    open_to = [row for row in every if not (school.code and _CODE.fullmatch(row["code"]))]
    named = [row for row in open_to if as_key(row["name"]) == as_key(school.name)]
    called = [row for row in open_to if _called(row, school)]
    return next(iter(named), called[0] if len(called) == 1 else None)


def _called(known: Row, school: ListedSchool) -> bool:
    """Tell whether a row has one of the school's other names."""
    return as_key(school.name) in map(as_key, _earlier(known))


def _earlier(known: Row) -> tuple[str, ...]:
    return tuple(filter(None, known["aliases"].split("|")))


def _aliases(known: Row, name: str, school: ListedSchool) -> tuple[str, ...]:
    """Keep every name the school has had: people go on using them."""
    code = () if school.code in ("", known["code"]) else (school.code,)
    every = dict.fromkeys((*_earlier(known), *school.aliases, known["name"], *code))
    return tuple(one for one in every if as_key(one) != as_key(name))


def derived(name: str) -> str:
    """Give a school without an official code one of its own, always the same for its name."""
    return f"X{int(hashlib.sha256(as_key(name).encode()).hexdigest(), 16) % 10**9:09d}"

"""The rows of a list of staff: one person may stand in several, a class in each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from intake.errors import Refused
from intake.fields import Name, Phone
from intake.importing.outcome import Outcome, RowFault, at_once, unread
from intake.importing.places import Finder, Layers, other_stage, tells
from intake.importing.table import LOST, ListColumn, ListRow, ListTable
from intake.language import spoken
from intake.language.patterns import regex
from intake.people import bindings
from intake.people.bindings import Class
from intake.people.roles import ROLES
from intake.people.slots import SLOTS
from intake.places.places import Place
from intake.store.db import Database

COLUMNS = (
    ListColumn("name", "姓名", ("教师姓名", "老师姓名", "名字", "教师")),
    ListColumn("phone", "手机", ("手机号", "手机号码", "联系电话", "电话", "电话号码", "联系方式", "移动电话", "账号", "登录名")),
    ListColumn("role", "角色", ("职务", "身份", "岗位", "职位")),
    ListColumn("school", "学校", ("学校名称", "单位", "所在学校", "工作单位", "任教学校", "单位名称")),
    ListColumn("school_code", "学校标识码", ("学校代码", "标识码")),
    ListColumn("grade", "年级", ("任教年级",)),
    ListColumn("classes", "班级", ("任教班级", "所带班级", "所教班级", "班", "班主任班级", "带班", "班级名称", "任课班级")),
    ListColumn("village", "村(社区)", ("村", "社区", "村社区", "村/社区", "村名称", "所在村", "管辖村", "村(居)")),
    ListColumn("slots", "包保", ("包保岗位", "包保职责", "包保类型")),
    ListColumn("guarded", "包保学校", ("包保的学校", "联系学校", "包联学校")),
    ListColumn("town", "镇街", ("乡镇", "所在乡镇", "镇", "街道", "管辖镇街", "所属镇街")),
)  # fmt: skip
TEACHING = ("teacher", "principal")
_ROLES = (
    ("principal", regex("校长|principal")),
    ("administrator", regex("管理员|administrator")),
    ("auditor", regex("审计|auditor")),
    ("approver", regex("审核|approver")),
    ("officer", regex("业务员|经办|officer")),
    ("operator", regex("运维|operator")),
    ("bureau", regex("教育局|局长|科长|科员|bureau")),
    (
        "village",
        regex(
            "[村居][(（]?社区|[村居]干部|社区干部|村支书|[村居]委|村主任|社区书记|社区主任|儿童主任|village"
        ),
    ),
    ("town", regex("镇街|督导员|[镇乡]干部|街道|[镇乡]政府|包保|[镇乡]长|town")),
    ("teacher", regex("班主任|教师|老师|任课|科任|主任|teacher")),
)
_SLOTS = (
    ("principal_of_school", regex("包校")),
    ("teacher_of_class", regex("包班")),
    ("town_of_school", regex("镇街|包保人")),
    ("child_director", regex("儿童主任")),
    ("child_supervisor", regex("督导员")),
    ("village", regex("[村居社]")),
)
_DIVIDER = regex(r"[、,，;；/／\s]+|(?<=班)和")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the staff as the list says it; `row` is where first."""

    row: ListRow
    name: str
    phone: str
    role: str
    area: str
    school: str
    classes: tuple[Class, ...]
    slots: tuple[tuple[str, str], ...] = ()
    """包保 slots with the code or id of their places."""


def read(db: Database, found: Sequence[ListTable], finder: Finder, usual: Place | None) -> list[Member]:
    """Read the rows of a list, and join those of one person; faults are noted. `usual` as in a roster."""
    members: dict[str, Member] = {}
    for table in found:
        for row in table.rows:
            member = _member(db, row, finder, table.titles, usual)
            if member:
                _join(members, member, finder.outcome)
    return list(members.values())


def _join(members: dict[str, Member], member: Member, outcome: Outcome) -> None:
    first = members.setdefault(member.phone, member)
    if first is member:
        return
    if (first.name, first.role, first.school) != (member.name, member.role, member.school):
        sentence = f"和{first.row.where}是同一个手机号，姓名、角色或学校却不一样。"
        outcome.refuse(member.row, RowFault(sentence, "phone"))
        return
    classes = tuple(dict.fromkeys((*first.classes, *member.classes)))
    slots = tuple(dict.fromkeys((*first.slots, *member.slots)))
    members[member.phone] = replace(first, classes=classes, slots=slots)


def _member(db: Database, row: ListRow, finder: Finder, titles: Layers, usual: Place | None) -> Member | None:
    faults, role = unread(row, COLUMNS), _role(row)
    if role in TEACHING and other_stage(row.get("school") or " ".join(titles[0] if titles else ())):
        finder.outcome.skip(row)
        return None
    name, phone = _named(row, faults), _phone(row, faults)
    if not role:
        sentence = "角色请写：班主任、老师、校长、村干部、镇街、业务员、审核人、教育局。"
        faults.append(RowFault(sentence, "role"))
    area, school = "", ""
    classes: tuple[Class, ...] = ()
    slots: tuple[tuple[str, str], ...] = ()
    try:
        if role in TEACHING:
            place = _school(row, finder, titles, usual)
            area, school, classes = place.town, place.code, _classes(db, row, finder, place)
        elif role:
            area = _area(db, row, finder, role)
        slots = tuple(_slots(row, finder, role, area, school, classes)) if role else ()
    except Refused as error:
        faults.append(RowFault(str(error), error.field))
    if faults:
        finder.outcome.refuse(row, *at_once(faults))
        return None
    if Name().doubt(name):
        finder.outcome.doubt(row, Name.odd)
    if role not in TEACHING and row.get("classes"):
        finder.outcome.doubt(row, "镇街、村和教育局的人不带班，班级没有记下。")
    return Member(row, name, phone, role, area, school, classes, slots)


def _named(row: ListRow, faults: list[RowFault]) -> str:
    name = str(Name().value_of(row.get("name")) or "")
    if not name:
        faults.append(RowFault("请写姓名。" if not row.get("name") else "姓名没有看懂，请核对。", "name"))
    return name


def _phone(row: ListRow, faults: list[RowFault]) -> str:
    phone = str(Phone().value_of(row.get("phone")) or "")
    if LOST.fullmatch(row.get("phone")) or not phone.startswith("1") or len(phone) != 11:
        faults.append(RowFault("请写 11 位手机号，老师用它登录。", "phone"))
    return phone


def _role(row: ListRow) -> str:
    """Read a role; who has classes and no role beside them teaches."""
    said = row.get("role").casefold()
    if not said and row.get("classes"):
        return "teacher"
    return next((role for role, pattern in _ROLES if pattern.search(said)), "")


def _school(row: ListRow, finder: Finder, titles: Layers, usual: Place | None) -> Place:
    if said := row.get("school") or row.get("school_code"):
        return finder.school(said, usual.town if usual else "")
    return finder.usual_school(titles, usual)


def _area(db: Database, row: ListRow, finder: Finder, role: str) -> str:
    if ROLES[role].kinds or ROLES[role].sees == "none":
        return db.settings.district_code
    if role == "village":
        return _village(row, finder)
    said = row.get("town") or row.get("school")
    found = finder.places.town(said).place if said else None
    if found is None:
        raise Refused("请写是哪个镇街的。" if not said else "没有这个镇街。", "town")
    return found.code


def _village(row: ListRow, finder: Finder) -> str:
    """Find the village of a cadre. Raises Refused."""
    said, town = row.get("village") or row.get("school"), row.get("town")
    if not said:
        raise Refused("请写是哪个村(社区)的。", "village")
    within = finder.places.town(town).place if town else None
    found = finder.places.village(said, within.code if within else None)
    if found.place is None:
        names = "、".join(finder.places.full_name(one.code) for one in found.candidates)
        raise Refused(
            f"不能确定是哪个村(社区)，请连镇街一起写：{names}。" if names else "没有这个村(社区)。", "village"
        )
    return found.place.code


def _slots(
    row: ListRow, finder: Finder, role: str, area: str, school: str, classes: tuple[Class, ...]
) -> Iterator[tuple[str, str]]:
    """Read the 包保 slots of a row with their places; a cadre is the village's without a word. Raises Refused."""
    guarded = [finder.school(one).code for one in filter(None, _DIVIDER.split(row.get("guarded")))]
    said = list(filter(None, _DIVIDER.split(row.get("slots"))))
    if not said:
        said = ["包保人"] if guarded and role == "town" else ["村干部"] if role == "village" else []
    for one in said:
        slot = next((key for key, pattern in _SLOTS if pattern.search(one)), "")
        if not slot:
            raise Refused(f"包保“{one}”没有看懂，请写：{'、'.join(each.title for each in SLOTS.values())}。")
        if role not in SLOTS[slot].roles:
            raise Refused(f"{ROLES[role].title}不能担任{SLOTS[slot].title}，请核对角色和包保。")
        places = {
            "class": [klass.id for klass in classes],
            "school": guarded or ([school] if school else []),
        }.get(SLOTS[slot].place, [area])
        if not places:
            raise Refused(
                f"{SLOTS[slot].title}要写班级。"
                if SLOTS[slot].place == "class"
                else "镇街包保人要写包保学校。"
            )
        yield from ((slot, place) for place in places)


def _classes(db: Database, row: ListRow, finder: Finder, school: Place) -> tuple[Class, ...]:
    """Find the classes in a cell; 三年级1班、2班 are both of the third year. Raises Refused."""
    there = {(one.grade, one.class_name): one for one in bindings.classes_of(db, school.code)}
    grade, found = row.get("grade"), []
    for said in filter(None, _DIVIDER.split(row.get("classes"))):
        if tells(said) and (spoken.grade(said) or not grade):
            grade = ""  # it has its own
        year, number = finder.klass(school, grade, said)
        if (year, number) not in there:
            titles = "、".join(one.title for one in there.values())
            has = f"有：{titles}" if titles else "先导入学生名单，就有班级了"
            raise Refused(f"{school.name}没有{year}{number}。{has}。", "classes")
        grade = year
        found.append(there[year, number])
    return tuple(found)

"""One row of a roster: every cell read as people write it, and every fault told at once."""

from dataclasses import dataclass
from datetime import date, timedelta

from marshmallow import ValidationError

from intake import codes
from intake.errors import Refused
from intake.fields import IdNumber, Name
from intake.importing.outcome import RowFault, at_once, unread
from intake.importing.places import Finder, Layers, other_stage, our_stage, tells, titled_class, titled_grade
from intake.importing.rosters import told
from intake.importing.rosters.told import Teller, Told
from intake.importing.table import LOST, MONTH, MONTHS, ListColumn, ListRow
from intake.language import identity, spoken
from intake.language.patterns import regex
from intake.places.places import Place

COLUMNS = (
    ListColumn("name", "姓名", ("名字",)),
    ListColumn("id_number", "身份证号",
           ("身份证件号", "证件号码", "证件号", "身份证", "身份证号码", "身份证件号码", "公民身份号码")),
    ListColumn("id_type", "身份证件类型", ("证件类型",)),
    ListColumn("sex", "性别"),
    ListColumn("birth_date", "出生日期", ("出生年月日", "出生年月", "出生", "生日")),
    ListColumn("school", "学校名称", ("学校", "就读学校", "所在学校", "校名")),
    ListColumn("school_code", "学校标识码", ("学校代码", "标识码")),
    ListColumn("grade", "年级", ("就读年级", "所在年级", "年级名称")),
    ListColumn("class_name", "班级", ("班", "班级名称", "所在班级", "就读班级", "班别", "班号", "行政班", "年级班级",
            "年级班", "年班")),
    ListColumn("town", "镇街", ("乡镇", "现住镇街", "所在乡镇", "乡镇街道", "镇", "街道")),
    ListColumn("village", "村", ("社区", "村社区", "村居", "村委会", "所在村", "居委会")),
    *told.COLUMNS,
)  # fmt: skip
NOTHING_SAID = frozenset({"无", "暂无", "没有", "不详", "未办", "未知", "-", "--", "—", "/", "\\"})
_ID_NUMBER, _NAME = IdNumber(), Name()
_NOUGHT, _TENTH = regex(r"(?:19|20)[0-9]{2}\.1"), 10
_YEARS = (2000, 2050)
_DAY_0, _DAY_0_OF_1904 = date(1899, 12, 30), date(1904, 1, 1)
DAMAGED_NUMBER = (
    "身份证号在表格里成了数字，后几位已经丢了：证件号已被表格软件改坏，请重新填成文本"
    "（先把这一列设成“文本”，再填一次）。"
)


@dataclass(frozen=True, slots=True)
class ListedPupil:
    """A child as a row says it; an empty text is what the row does not say."""

    name: str
    id_number: str
    sex: str
    birth_date: str
    school: Place
    grade: str
    class_name: str
    town: str
    village: str
    pupil_number: str = ""
    told: Told = ()


def read(
    row: ListRow, titles: Layers, finder: Finder, usual: Place | None, teller: Teller
) -> ListedPupil | None:
    """Read a row, or tell all that is wrong with it; `usual` is the school of rows that name none."""
    if is_of_other_stage(row, titles):
        finder.outcome.skip(row)
        return None
    faults = unread(row, COLUMNS)
    number, citizen = _number(row, finder.today, faults)
    sex, born = _sex(row, citizen, faults), _born(row, citizen, finder, faults)
    name = name_of_row(row, citizen is not None)
    if not name:
        faults.append(RowFault("请写姓名。" if not row.get("name") else "姓名没有看懂，请核对。", "name"))
    try:
        school = school_of_row(row, titles, finder, usual)
        grade, class_name = class_of_row(row, titles, finder, school)
    except Refused as error:
        faults.append(RowFault(str(error), error.field))
    if faults:
        finder.outcome.refuse(row, *at_once(faults))
        return None
    town, village = _home(row, finder)
    if _NAME.doubt(name):
        finder.outcome.doubt(row, Name.odd)
    return ListedPupil(name, number, sex, born, school, grade, class_name, town, village, teller.pupil_number(row),
                       teller.told(row))  # fmt: skip


def is_of_other_stage(row: ListRow, titles: Layers) -> bool:
    """Tell whether a child is in a kindergarten or a 高中: its class says so, or its school where no class is ours."""
    said = [row.get("grade"), row.get("class_name")]
    if any(our_stage(one) for one in said if one):
        return False
    school = row.get("school") or " ".join(titles[0] if titles else ())
    return other_stage(*said) or other_stage(school)


def _number(row: ListRow, today: date, faults: list[RowFault]) -> tuple[str, identity.Citizen | None]:
    said = row.get("id_number")
    if said in NOTHING_SAID or not said:
        return "", None
    if LOST.fullmatch(said):
        faults.append(RowFault(DAMAGED_NUMBER, "id_number"))
        return "", None
    kind = codes.find("id_type", row.get("id_type")) if row.get("id_type") else None
    try:
        number = str(_ID_NUMBER.read(said))
        citizen = identity.citizen(number, today) if kind is None or kind.code == "1" else None
    except ValidationError as error:
        faults.append(RowFault(str(error.messages[0]), "id_number"))
    except ValueError as error:
        rounded = "（后三位是 000，像是被 Excel 改过）" if said.endswith("000") else ""
        faults.append(RowFault(f"{error}{rounded}", "id_number"))
    else:
        return number, citizen
    return "", None


def _sex(row: ListRow, citizen: identity.Citizen | None, faults: list[RowFault]) -> str:
    said = row.get("sex")
    found = codes.find("sex", said) if said and said not in NOTHING_SAID else None
    if found is None and said and said not in NOTHING_SAID:
        faults.append(RowFault("性别请写男或女。", "sex"))
    if found and citizen and found.label != citizen.sex:
        faults.append(RowFault("性别和身份证号对不上。", "sex"))
    return found.label if found else citizen.sex if citizen else ""


def _born(row: ListRow, citizen: identity.Citizen | None, finder: Finder, faults: list[RowFault]) -> str:
    said = row.get("birth_date")
    if said in NOTHING_SAID or not said:
        return citizen.birth_date.isoformat() if citizen else ""
    found = day_of(said, row.from_1904, finder.today)
    month = ""
    if not found or row.marks.get("birth_date") in (MONTH, MONTHS if found.day == 1 else MONTH):
        month, found = spoken.month(found.isoformat() if found else said, finder.today) or "", None
    if citizen:
        if (found and found != citizen.birth_date) or (
            month and not is_birth_month(said, month, citizen.birth_date)
        ):
            faults.append(RowFault("出生日期和身份证号对不上。", "birth_date"))
        return citizen.birth_date.isoformat()
    if found:
        return found.isoformat()
    if month:
        finder.outcome.doubt(row, "出生日期只有年月，没有记下。")
    else:
        faults.append(RowFault("出生日期没有看懂，请写成 2017-03-01。", "birth_date"))
    return ""


def is_birth_month(said: str, month: str, born: date) -> bool:
    """Tell whether a month in a cell is that of a birth; 2017.10 in a cell of numbers has become 2017.1."""
    lost = born.month == _TENTH and _NOUGHT.fullmatch(said) is not None
    return month == (f"{born:%Y}-01" if lost else f"{born:%Y-%m}")


def day_of(said: str, from_1904: bool, today: date) -> date | None:
    """Read a day; a number of five digits is one that lost its format, counted as its file counts."""
    if said.isascii() and said.isdecimal() and len(said) == 5:
        day = (_DAY_0_OF_1904 if from_1904 else _DAY_0) + timedelta(days=int(said))
        if _YEARS[0] <= day.year < _YEARS[1]:
            return day
    return spoken.birth_day(said.split(" ")[0] if said[:2] in ("19", "20") and ":" in said else said, today)


def name_of_row(row: ListRow, sure: bool) -> str:
    """Read a name; beside a sound identity number one that looks like a word is believed, too."""
    plain = "".join(row.get("name").split())
    believed = sure and 2 <= len(plain) <= 6 and all("\u3400" <= sign <= "\u9fff" for sign in plain)
    return str(_NAME.value_of(row.get("name")) or "") or (plain if believed else "")


def school_of_row(row: ListRow, titles: Layers, finder: Finder, usual: Place | None) -> Place:
    """Find the school of a row: by its columns, else the usual one or that of the titles. Raises Refused."""
    code = row.get("school_code")
    if code and (found := finder.places.get(code)) and found.level == "school":
        return found
    if said := row.get("school") or code:
        return finder.school(
            said, usual.town if usual else "", "school" if row.get("school") else "school_code"
        )
    return finder.usual_school(titles, usual)


def class_of_row(
    row: ListRow, titles: Layers, finder: Finder, school: Place, cohort: str = ""
) -> tuple[str, str]:
    """Find the class of a row: by its columns, else by the titles; by the year of entering (2023级) at last. Raises Refused."""
    grade, name = row.get("grade"), row.get("class_name")
    if not name and "班" in grade:  # both in one column
        grade, name = "", grade
    name = name or titled_class(titles)
    if name and not grade and not tells(name):
        grade = titled_grade(titles) or cohort
    return finder.klass(school, grade, name)


def _home(row: ListRow, finder: Finder) -> tuple[str, str]:
    """Find where a child lives; elsewhere than in the district is no fault."""
    said, of = row.get("town"), row.get("village")
    town = finder.places.town(said).place if said else None
    village = finder.places.village(of, town.code if town else None).place if of else None
    for cell, found, label in ((said, town, "镇街"), (of, village, "村（社区）")):
        if cell and cell not in NOTHING_SAID and not found:
            finder.outcome.doubt(row, f"{label}没有找到，没有记下。")
    if village:
        return village.town, village.code
    return (town.code if town else ""), ""

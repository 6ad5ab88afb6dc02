"""Made-up children and complete report bodies, the same ones for the same number.

Names, numbers and addresses are invented; the citizen IDs only have a right check digit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
KINDS = ("enrollment", "boarding", "subsidy", "absence", "safety")
MALE, FEMALE = "男", "女"

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_FIRST = "晓子雨思佳浩梓欣宇明"
_SECOND = "涵轩怡然博琪阳蕊诺桐"
_GRADES = "一二三四五六七八九"
# One village or community of each street and town, as the national list of divisions writes them.
_PLACES = (
    ("石人镇", "遥林村"),
    ("湾沟镇", "齐心村"),
    ("松树镇", "头道村"),
    ("砟子镇", "育林新村"),
    ("大阳岔镇", "棒槌砬子村"),
    ("大石人镇", "护林村"),
    ("孙家堡子街道", "协力村"),
    ("江源街道", "荣华村"),
    ("正岔街道", "森工村"),
    ("城墙街道", "新华村"),
)
_PRIMARY = ("江源区实验小学",)
_MIDDLE = ("白山市第七中学(协力校区)", "白山市第三中学")
# Two older prefixes of the district and two provinces: the prefix is not a criterion.
_PREFIXES = ("220605", "220605", "220625", "220603", "210102", "370102")


def today_in_china() -> date:
    """Return the date in China, where "today" of every report is."""
    return datetime.now(CHINA).date()


def citizen_id(born: date, sex: str, *, prefix: str = "220605", order: int = 0) -> str:
    """Return an 18-digit ID with the GB 11643 check digit; `order` (0 to 498) is the birth of that day."""
    if not 0 <= order <= 498:
        raise ValueError("order is 0 to 498")
    sequence = order * 2 + (1 if sex == MALE else 2)
    body = f"{prefix}{born:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@dataclass(frozen=True)
class Child:
    """Hold one invented child and the adult who speaks for it."""

    name: str
    sex: str
    born: date
    id_number: str
    grade: str
    class_name: str
    school: str
    town: str
    village: str
    guardian: str
    relation: str
    phone: str


def child(n: int, today: date | None = None) -> Child:
    """Return the n-th child, of the age that its grade has on `today`; names differ up to n = 2000."""
    today = today or today_in_china()
    start = today.year if today.month >= 8 else today.year - 1
    level = n % 9 + 1
    born = date(start - 5 - level, n % 8 + 1, n % 28 + 1)
    sex = (MALE, FEMALE)[n // 2 % 2]
    surname = _SURNAMES[n % 20]
    first = "" if n // 20 % 10 == 0 else _FIRST[n // 20 % 10]  # short names occur too
    given = first + _SECOND[n // 200 % 10]
    relation = ("母", "父", "祖母", "外祖父", "班主任")[n % 5]
    return Child(
        name=surname + given,
        sex=sex,
        born=born,
        id_number=citizen_id(born, sex, prefix=_PREFIXES[n % 6], order=n % 499),
        grade=_GRADES[level - 1] + "年级",
        class_name=f"{n % 3 + 1}班",
        school=(_PRIMARY if level <= 6 else _MIDDLE)[n % (1 if level <= 6 else 2)],
        town=_PLACES[n % len(_PLACES)][0],
        village=_PLACES[n % len(_PLACES)][1],
        guardian=(surname if relation == "父" else _SURNAMES[(n + 7) % 20])
        + ("建国" if relation in {"父", "外祖父"} else "秀兰"),
        relation=relation,
        phone=("138", "159", "186", "177")[n % 4] + f"{(n * 7919 + 1234567) % 10**8:08d}",
    )


def sample(kind: str, n: int, today: date | None = None) -> dict[str, object]:
    """Return the n-th complete and valid JSON body of a kind, as another system would send it.

    Dates lie shortly before `today` (default: today in China). KeyError for a kind that is none.
    """
    today = today or today_in_china()
    subject = child(n, today)
    return {**_child_block(subject, n), **_FURTHER[kind](subject, n, today)}


def _child_block(subject: Child, n: int) -> dict[str, object]:
    block: dict[str, object] = {
        "child_name": subject.name,
        "school": subject.school,
        "grade": subject.grade,
        "class_name": subject.class_name,
        "town": subject.town,
        "village": subject.village,
        "guardian_name": subject.guardian,
        "relation": subject.relation,
        "phone": subject.phone,
    }
    if n % 3 == 0:  # optional outside enrolment, so it is there in some
        identity = {"id_number": subject.id_number, "birth_date": subject.born.isoformat()}
        block |= {**identity, "sex": subject.sex}
    return block


def _enrollment(subject: Child, n: int, today: date) -> dict[str, object]:
    entry = {"一年级": "小学一年级新生", "七年级": "初中一年级新生"}.get(subject.grade, "转入")
    body: dict[str, object] = {
        "id_number": subject.id_number,
        "sex": subject.sex,
        "birth_date": subject.born.isoformat(),
        "ethnic": ("汉族", "朝鲜族", "满族")[n % 3],
        "household_type": "农业户口" if n % 3 else "居民户口",
        "household_place": f"吉林省白山市江源区{subject.town}{subject.village}",
        "residence": f"白山市江源区{subject.town}{subject.village}{n % 90 + 1}号",
        "basis": ("户籍", "居住证", "房产", "投靠亲属", "其他")[n % 5],
        "entry": entry,
        "father_away": "是" if n % 2 else "否",
        "mother_away": "否",
        "boards": "是" if n % 4 == 0 else "否",
        "disability_review": "否",
    }
    if n % 5 == 1:
        body["permit_number"] = f"2206{n % 10**8:08d}"
    if n % 2:
        body |= {"away_since": f"{today.year - 1}-03", "away_place": "辽宁省大连市"}
    if entry == "转入":
        body["from_school"] = "白山市示例小学"
    return body


def _boarding(subject: Child, n: int, today: date) -> dict[str, object]:
    return {
        "needs": (["寄宿"], ["校车"], ["寄宿", "午餐"], ["公交"])[n % 4],
        "reason": ("离校远", "学校撤并", "监护人外出", "交通不便", "其他")[n % 5],
        "distance_km": (3, 7.5, 12, 20)[n % 4],
        "travel": ("步行", "家长接送")[n % 2],
        "from_date": (today + timedelta(days=n % 14 + 1)).isoformat(),
        "pickup": subject.guardian,
        "health_note": "花生过敏" if n % 6 == 0 else "无",
    }


def _subsidy(subject: Child, n: int, today: date) -> dict[str, object]:
    body: dict[str, object] = {
        "hardship": (["低保"], ["脱贫户", "残疾"], ["突发困难"], ["不清楚"])[n % 4],
        "program": ("寄宿生生活补助", "营养餐", "免费教科书", "不清楚")[n % 4],
        "problem": ("已批未发", "金额不符", "不知道怎么申请", "未申请上")[n % 4],
        "semester": f"{today.year}年{'秋季' if today.month >= 8 else '春季'}",
        "description": "家长来问，上学期的补助还没有到。",
    }
    if n % 4 == 1:
        body |= {"amount_due": 625, "amount_paid": 312.5}
    return body


def _absence(subject: Child, n: int, today: date) -> dict[str, object]:
    return {
        "last_seen": (today - timedelta(days=n % 20 + 1)).isoformat(),
        "on_leave": "否",
        "reason": ("厌学", "因病", "外出务工", "路远", "监护缺失")[n % 5],
        "whereabouts": "在家" if n % 2 else "不清楚",
        "contacted": "是",
        "contact_result": f"电话里{subject.guardian}说过几天来。",
        "special_group": (["留守"], ["低保"], ["随迁"])[n % 3],
        "description": "班主任已家访一次。",
    }


def _safety(subject: Child, n: int, today: date) -> dict[str, object]:
    happened = datetime.combine(today - timedelta(days=n % 3 + 1), datetime.min.time())
    return {
        "happened_at": happened.replace(hour=8 + n % 9, minute=n % 60).isoformat(timespec="minutes"),
        "place": f"{subject.town}{subject.village}路口",
        "what": ("突发疾病或受伤", "校园欺凌", "走失失联", "交通或自然灾害", "其他")[n % 5],
        "safe_now": "是" if n % 2 else "否",
        "told_guardian": "是",
        "told_parents_away": "否",
        "reported_to": "学校",
        "description": "放学路上出的事，已有老师陪着。",
    }


_FURTHER: dict[str, Callable[[Child, int, date], dict[str, object]]] = {
    "enrollment": _enrollment,
    "boarding": _boarding,
    "subsidy": _subsidy,
    "absence": _absence,
    "safety": _safety,
}

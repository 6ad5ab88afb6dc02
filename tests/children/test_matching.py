"""Who is meant: certain where nothing speaks against it, likely with reasons, and never by what twins or namesakes share."""

from collections import Counter
from datetime import date

import pytest

from intake.children import children
from intake.children.children import Child
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin
from intake.children.matching import alike
from intake.children.matching.certain import certain_child
from intake.children.matching.described import Described, described_of
from intake.children.matching.reasons import REASONS, reason_words
from intake.children.matching.scoring import LIKELY, candidates_of
from intake.store.db import Database
from intake.store.ids import new_id
from tests.hands.classroom import SCHOOL, TOWN, classroom, school
from tests.hands.made_up import MadeUp, Told, enter_made_up, made_up, told_of
from tests.hands.samples import citizen_id

ROLL = FactOrigin("roster", "command", date(2026, 9, 1), "list")
PHONE = "13800000001"
CLASS = {"school": SCHOOL, "grade": "三年级", "class_name": "2班"}


def enter(db: Database, name: str, born: str = "", *, sex: str = "", number: str = "", pupil: str = "", class_id: str = "",
          phone: str = "") -> Child:  # fmt: skip
    child = Child(new_id(), name, sex, born, TOWN, "", class_id, "", "", "", children.number_hash(db, number),
                  children.pupil_hash(db, pupil))  # fmt: skip
    children.enter_child(db, child, number, pupil_number=pupil, actor="command")
    if phone:
        noting.note_fact(db, child.id, "guardian", {"guardian_name": "王强", "phone": phone}, ROLL)
    found = children.find_child(db, child.id)
    assert found
    return found


def meant(db: Database, **said: object) -> str:
    found = certain_child(db, described_of(db, said))
    return found.id if found else ""


def test_what_is_certain(db: Database) -> None:
    number = citizen_id(date(2017, 3, 1), "女")
    child = enter(db, "王小明", "2017-03-01", sex="女", number=number, pupil=f"G{number}", phone=PHONE)
    for said in (
        {"id_number": f" {number[:6]} {number[6:14]} {number[14:]} "},
        {"学籍号": f"G{number}"},
        {"name": "小宝", "身份证号": number},
        {"child_name": "王 小 明", "birth_date": "2017年3月1日"},
        {"姓名": "王小明", "出生日期": 20170301},
        {"name": "王小明", "phone": "138-0000-0001"},
        {"name": "王小明", "guardian_phone": 13800000001, "grade": "五年级"},
    ):
        assert meant(db, **said) == child.id, said


@pytest.mark.parametrize(
    "said",
    [
        {"name": "王小明"},
        {"name": "王小明", "birth_date": "2017-03-02"},
        {"name": "王小明", "phone": PHONE, "birth_date": "2017-03-02"},
        {"name": "王小明", "birth_date": "2017-03-01", "sex": "男"},
        {
            "name": "王小明",
            "birth_date": "2017-03-01",
            "id_number": citizen_id(date(2017, 3, 1), "女", order=7),
        },
        {"name": "王晓明", "phone": PHONE},
        {"name": "王晓明", "birth_date": "2017-03-01"},
        {"name": "王小月", "phone": PHONE},
        {"phone": PHONE},
        {"name": "王小明", **CLASS},
    ],
)
def test_what_is_not(db: Database, said: dict[str, object]) -> None:
    room = classroom(db, names=())
    number = citizen_id(date(2017, 3, 1), "女")
    enter(db, "王小明", "2017-03-01", sex="女", number=number, class_id=room.id, phone=PHONE)
    assert meant(db, **said) == ""


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ({"姓名": "王 小 明", "班级": "三年级2班", "gender": "1"},
         {"name": "王小明", "grade": "三年级", "class_name": "2班", "sex": "男"}),
        ({"name": "古丽•买买提", "class_name": "三(2)班", "grade": 3},
         {"name": "古丽·买买提", "class_name": "2班", "grade": "三年级"}),
        ({"guardians": [{"name": "王强", "phone": "138 0000 0001"}, {"name": "李梅"}]},
         {"guardian_names": ("王强", "李梅"), "phones": ("13800000001",)}),
        ({"phone": "13800000001、13800000002"}, {"phones": ("13800000001", "13800000002")}),
        ({"phone": "13800000001", "relation": "班主任", "mother_phone": "13800000002"}, {"phones": ("13800000002",)}),
        ({"school": "石人镇中心小学"}, {"school": SCHOOL}),
        ({"school": SCHOOL}, {"school": SCHOOL}),
        ({"childName": "王小明", "idCard": "220605201703014178", "parent_phone": "13800000001"},
         {"name": "王小明", "id_number": "220605201703014178", "phones": ("13800000001",)}),
        ({"child": {"name": "王小明", "dob": "2017/3/1"}, "监护人电话": "+86 13800000001"},
         {"name": "王小明", "birth_date": "2017-03-01", "phones": ("13800000001",)}),
        ({"birth_date": "不清楚", "sex": "?", "phone": "无", "name": 7}, {}),
    ],
)  # fmt: skip
def test_what_is_told_in_other_words(db: Database, said: dict[str, object], read: dict[str, object]) -> None:
    school(db)
    assert described_of(db, said) == Described(**read)  # type: ignore[arg-type]


def test_two_that_fit_are_not_certain(db: Database) -> None:
    one, _ = enter(db, "李想", "2017-03-01", phone=PHONE), enter(db, "李想", "2017-03-01")
    assert meant(db, name="李想", birth_date="2017-03-01") == ""
    assert meant(db, name="李想", phone=PHONE) == one.id
    enter(db, "李想", "2016-05-05", phone=PHONE)
    assert meant(db, name="李想", phone=PHONE) == ""
    assert meant(db, name="李想", phone=PHONE, birth_date="2016-05-05") != ""


def test_twins_are_told_apart_and_a_number_of_the_other_is_a_doubt(db: Database) -> None:
    first, second = (citizen_id(date(2017, 3, 1), "女", order=order) for order in (1, 2))
    one = enter(db, "王佳怡", "2017-03-01", number=first, phone=PHONE)
    two = enter(db, "王佳欣", "2017-03-01", number=second, phone=PHONE)
    assert meant(db, name="王佳怡", birth_date="2017-03-01", phone=PHONE) == one.id
    assert meant(db, name="王佳欣", phone=PHONE) == two.id
    assert meant(db, name="王佳怡", id_number=second) == ""
    assert meant(db, name="王佳", phone=PHONE) == ""


def test_a_number_under_the_name_of_a_brother_or_of_a_classmate_is_a_doubt(db: Database) -> None:
    room = classroom(db, names=())
    number = citizen_id(date(2017, 3, 1), "女")
    one = enter(db, "王佳怡", "2017-03-01", number=number, phone=PHONE, class_id=room.id)
    enter(db, "王小宝", "2019-08-09", phone=PHONE)
    enter(db, "李红", "2017-05-01", class_id=room.id)
    assert meant(db, name="王小宝", id_number=number) == ""
    assert meant(db, name="李红", id_number=number, **CLASS) == ""
    assert meant(db, name="丫丫", id_number=number, **CLASS) == one.id
    assert meant(db, name="王佳依", id_number=number, **CLASS) == one.id


@pytest.mark.parametrize(
    ("said", "sure"),
    [
        ("胡晓一", False),
        ("胡小医", False),
        ("胡晓萍", True),
        ("胡晓伊", False),
        ("丫丫", True),
        ("胡小平", True),
    ],
)
def test_a_number_under_a_name_that_is_closer_to_a_twin_s_is_a_doubt_however_its_list_writes_that(
    db: Database, said: str, sure: bool
) -> None:
    room = classroom(db, names=())
    number = citizen_id(date(2016, 4, 5), "女")
    one = enter(db, "胡晓平", "2016-04-05", number=number, phone=PHONE, class_id=room.id)
    enter(db, "胡小一", "2016-04-05", class_id=room.id)
    assert meant(db, name=said, id_number=number, **CLASS) == (one.id if sure else "")


def test_a_digit_that_is_wrong_is_no_other_child_and_a_number_without_its_letter_is_the_childs(
    db: Database,
) -> None:
    number = citizen_id(date(2017, 3, 1), "女")
    one = enter(db, "王小明", "2017-03-01", number=number, pupil=f"G{number}")
    wrong = number[:-2] + str((int(number[-2]) + 2) % 10) + number[-1]
    for said in (
        {"name": "王小明", "birth_date": "2017-03-01", "id_number": wrong},
        {"name": "王小明", "学籍号": number},
        {"学籍号": f"g{number.lower()}"},
    ):
        assert meant(db, **said) == one.id, said
    assert meant(db, name="王小明", id_number=wrong) == ""


def test_a_telephone_of_a_whole_class_is_nobodys_family(db: Database) -> None:
    for n in range(12):
        enter(db, f"赵{'甲乙丙丁戊己庚辛壬癸子丑'[n]}", phone=PHONE)
    assert meant(db, name="赵甲", phone=PHONE) == ""


@pytest.mark.parametrize(
    "said", ["阿依古丽·买买提", "阿依古丽•买买提", "阿依古丽．买买提", "阿依古丽 买买提", "阿依古丽买买提"]
)
def test_a_name_with_a_dot_is_one_name_however_it_is_written(db: Database, said: str) -> None:
    child = enter(db, "阿依古丽·买买提", "2017-03-01", phone=PHONE)
    bare = enter(db, "那仁其其格", "2017-03-01", phone=PHONE)
    assert meant(db, name=said, birth_date="2017-03-01") == child.id
    assert meant(db, name=said, phone=PHONE) == child.id
    assert meant(db, name="那仁·其其格", phone=PHONE) == bare.id
    assert candidates_of(db, described_of(db, {"name": said}))[0].child.id == child.id


@pytest.mark.parametrize(
    ("said", "name", "how"),
    [
        ("王小明", "王小明", alike.SAME),
        ("古丽 买买提", "古丽·买买提", alike.SPELLING),
        ("王晓明", "王小明", alike.SOUND),
        ("张明玥", "张明钥", alike.LOOKS),
        ("李晴晴", "李晴睛", alike.LOOKS),
        ("王子函", "王子涵", alike.SOUND),
        ("刘己", "刘已", alike.LOOKS),
        ("赵未来", "赵末来", alike.LOOKS),
        ("王明小", "王小明", alike.SWAPPED),
        ("王小朋", "王小明", alike.SIGN),
        ("小明", "王小明", alike.PART),
        ("明明", "王明", alike.PART),
        ("王小明", "李红", alike.OTHER),
        ("王红", "王明", alike.OTHER),
        ("李子涵", "王子涵", alike.OTHER),
        ("阿依古丽买买题", "阿依古丽·买买提", alike.SOUND),
        ("迪丽热巴艾力江", "迪丽热八艾力", alike.SIGN),
        ("", "王小明", ""),
    ],
)
def test_how_names_are_alike(said: str, name: str, how: str) -> None:
    assert alike.name_alike(said, name) == how


@pytest.mark.parametrize(
    ("said", "born", "how"),
    [
        ("2017-03-01", "2017-03-01", alike.SAME_BIRTH),
        ("2017-03-01", "2017-01-03", alike.SWAPPED_BIRTH),
        ("2017-03-01", "2016-03-01", alike.NEAR_BIRTH),
        ("2017-03-21", "2017-03-12", alike.NEAR_BIRTH),
        ("2017-03-01", "2015-08-19", alike.OTHER_BIRTH),
        ("2017-03", "2017-03-01", ""),
        ("", "2017-03-01", ""),
    ],
)
def test_how_days_of_birth_are_alike(said: str, born: str, how: str) -> None:
    assert alike.birth_alike(said, born) == how


def test_who_is_likely_and_why(db: Database) -> None:
    room, other = classroom(db, names=()), classroom(db, "五年级", names=())
    child = enter(db, "王小明", "2017-03-01", sex="女", class_id=room.id, phone=PHONE)
    for said, wanted in (
        ({"name": "王晓明", **CLASS}, "名字同音、同班"),
        ({"name": "王小朋", **CLASS}, "名字差一个字、同班"),
        (
            {"name": "王小明", "birth_date": "2017-01-03", **CLASS, "class_name": ""},
            "同名、出生日期月日颠倒、同校同年级",
        ),
        ({"name": "王小明", "birth_date": "2019-08-30", "phone": PHONE}, "同名、同电话；出生日期不同"),
        ({"name": "小明", "phone": PHONE}, "只说了名字的一部分、同电话"),
        ({"phone": PHONE}, "同电话"),
        (
            {"name": "王小明", "guardian_name": "王强", "grade": "五年级", "school": SCHOOL},
            "同名、监护人同名；年级不同",
        ),
    ):
        best = candidates_of(db, described_of(db, said))[0]
        assert best.child.id == child.id, said
        assert best.score >= LIKELY, (said, best)
        plain = "、".join(one for one in wanted.split("；")[0].split("、"))
        assert set(plain.split("、")) <= set(best.words.split("；")[0].split("、")), best.words
        assert wanted.partition("；")[2] in best.words
    assert other


def test_namesakes_of_one_class_are_both_offered(db: Database) -> None:
    room = classroom(db, names=())
    two = {enter(db, "李想", born, class_id=room.id).id for born in ("2017-03-01", "2017-09-09")}
    found = candidates_of(db, described_of(db, {"name": "李想", **CLASS}))
    assert {one.child.id for one in found} == two
    assert all("namesakes" in one.reasons for one in found)
    assert found[0].score == found[1].score


def test_every_reason_has_words() -> None:
    assert len({one.words for one in REASONS.values()}) == len(REASONS)
    assert reason_words(("same_name", "same_class", "other_birth")) == "同名、同班；出生日期不同"
    assert "王" not in repr(Described(name="王小明"))


def measured(db: Database, district: MadeUp, told: list[Told]) -> tuple[float, float, Counter[str]]:
    """Give precision of the certain ones, recall of those that tell enough, and what went wrong by sort."""
    enter_made_up(db, district)
    wrong, right, given, enough, known = Counter[str](), 0, 0, 0, 0
    for one in told:
        found = certain_child(db, described_of(db, one.said))
        hit = found is not None and found.id == one.truth
        given, right = given + (found is not None), right + hit
        enough, known = enough + one.enough, known + (one.enough and hit)
        if (found and not hit) or (one.enough and not hit):
            wrong[one.sort] += 1
    return right / given, known / enough, wrong


def test_a_small_district_is_told_apart(db: Database) -> None:
    district = made_up(1200)
    precision, recall, wrong = measured(db, district, told_of(district, 1500))
    assert precision >= 0.999, wrong
    assert recall >= 0.97, wrong


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", [3, 4])
def test_a_district_of_twenty_thousand_is_told_apart(db: Database, seed: int) -> None:
    district = made_up(20_000, seed)
    precision, recall, wrong = measured(db, district, told_of(district, 20_000, seed + 100))
    assert precision >= 0.999, wrong
    assert recall >= 0.97, wrong
    likely = [one for one in told_of(district, 1500, seed + 200) if one.truth and one.sort in LIKELY_ONES]
    best = [candidates_of(db, described_of(db, one.said))[:3] for one in likely]
    found = sum(one.truth in {two.child.id for two in three} for one, three in zip(likely, best, strict=True))
    assert found / len(likely) >= 0.85


LIKELY_ONES = frozenset(
    {"class alone", "misheard, called", "misheard, born", "typo, class", "called, other birth"}
)

"""What a teacher's words say of her roll."""

import pytest

from bot.teachers.roll_words import class_alone, read

NAMES = ("王小明", "李红", "张雨桐", "王小", "司马晓东")
SICK, LEAVE, GONE = "病假", "事假", "不明"


@pytest.mark.parametrize(
    ("said", "absent"),
    [
        ("王小明今天没来", {"王小明": GONE}),
        ("王小今天没来", {"王小": GONE}),
        ("王小明、李红没到，李红请假了", {"王小明": GONE, "李红": LEAVE}),
        ("王小明，李红今天都没来", {"王小明": GONE, "李红": GONE}),
        ("李红病假王小明事假", {"李红": SICK, "王小明": LEAVE}),
        ("王小明没来，请假了，李红没来", {"王小明": LEAVE, "李红": GONE}),
        ("请假：王小明、李红；没来：张雨桐", {"王小明": LEAVE, "李红": LEAVE, "张雨桐": GONE}),
        ("没来的有王小明、李红", {"王小明": GONE, "李红": GONE}),
        ("除王小明和李红外全到", {"王小明": GONE, "李红": GONE}),
        ("班里都来了就王小明没来", {"王小明": GONE}),
        ("就差李红", {"李红": GONE}),
        ("缺勤：李红", {"李红": GONE}),
        ("王小明没来，没请假", {"王小明": GONE}),
        ("王小明同学感冒了请病假", {"王小明": SICK}),
        ("王小明发烧，请假了", {"王小明": SICK}),
        ("王小明请假，发烧了", {"王小明": SICK}),
        ("王小明请三天假", {"王小明": LEAVE}),
        ("司马晓东到现在没到校", {"司马晓东": GONE}),
        ("老师好，三年二班王小明没来", {"王小明": GONE}),
    ],
)
def test_plain_words(said: str, absent: dict[str, str]) -> None:
    found = read(said, NAMES)
    assert found is not None
    assert (found.absent, found.everybody, found.there, found.plain) == (absent, False, [], True)


@pytest.mark.parametrize(
    ("said", "absent"),
    [
        ("王小明发烧没来", {"王小明": SICK}),
        ("王小明没来，发烧了", {"王小明": SICK}),
        ("小明没来", {"王小明": GONE}),
        ("王小明三天没来了，家里说不念了", {"王小明": GONE}),
        ("王小明打昨天就没来", {"王小明": GONE}),
        ("李红没来，王小明", {"李红": GONE}),
    ],
)
def test_what_must_be_read_back(said: str, absent: dict[str, str]) -> None:
    found = read(said, NAMES)
    assert found is not None
    assert (found.absent, found.plain) == (absent, False)


@pytest.mark.parametrize(
    "said", ["全到", "都来了", "全齐", "今天都到齐了", "全班都在，一个不少", "今天没人缺勤", "我们班全到"]
)
def test_all_there(said: str) -> None:
    found = read(said, NAMES)
    assert found is not None
    assert found.everybody
    assert found.plain


@pytest.mark.parametrize(
    "said",
    [
        "没到齐",
        "都没来",
        "补助款都到了",
        "孩子们都来了一个月了才通知",
        "王小明的补助咋还没发",
        "王小明明天请假",
        "王小明昨天没来",
        "王小明今天没来吗",
        "王小明要是没来怎么办",
        "王小明想请假",
        "王小明",
        "今天没来",
        "王小明没来" * 100,
        "",
    ],
)
def test_what_says_nothing_of_the_roll(said: str) -> None:
    assert read(said, NAMES) is None


def test_who_came_after_all() -> None:
    found = read("王小明来了", NAMES)
    assert found is not None
    assert (found.there, found.absent, found.plain) == (["王小明"], {}, True)


@pytest.mark.parametrize(
    ("said", "grade", "name"),
    [("三年二班王小明没来", "三年级", "2班"), ("三年级（2）班全到", "三年级", "2班"), ("初一3班全到", "七年级", "3班"),
     ("2班全到", "", "2班"), ("七年级全到", "七年级", ""), ("全到", "", "")],
)  # fmt: skip
def test_the_class_that_is_named(said: str, grade: str, name: str) -> None:
    told, _ = class_alone(said)
    assert (told.grade, told.class_name) == (grade, name)


@pytest.mark.parametrize(
    ("said", "absent", "unknown"),
    [
        ("李红梅没来", {}, {"李红梅": GONE}),
        ("孙大圣没来", {}, {"孙大圣": GONE}),
        ("王晓明没来，李红请假", {"李红": LEAVE}, {"王晓明": GONE}),
        ("李红请假，王晓明没来", {"李红": LEAVE}, {"王晓明": GONE}),
        ("除了司马小东都来了", {}, {"司马小东": GONE}),
        ("3、5号请假", {}, {"3": LEAVE, "5号": LEAVE}),
    ],
)
def test_what_stands_where_a_name_stands_is_no_other_child(
    said: str, absent: dict[str, str], unknown: dict[str, str]
) -> None:
    found = read(said, NAMES)
    assert found is not None
    assert (found.absent, found.unknown, found.everybody) == (absent, unknown, False)


@pytest.mark.parametrize(
    "said",
    [
        "车没来",
        "补助款没到",
        "高烧没来",
        "老师没来上课",
        "雨太大没来",
        "校车没到",
        "书没到",
        "文件没到",
        "李主任没来",
        "我家孩子没来上学",
    ],
)
def test_what_is_no_name_is_none(said: str) -> None:
    assert read(said, NAMES) is None


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ("43人到了42个", 1),
        ("应到四十三实到四十", 3),
        ("差俩", 2),
        ("差两个", 2),
        ("到了40个人", 3),
        ("三个没来", 3),
    ],
)
def test_how_many_are_missing(said: str, missing: int | None) -> None:
    found = read(said, NAMES)
    assert (found.count.missing(43) if found and found.count else None) == missing

"""Who is accused: what names a school's staff is for few eyes, and an injured child is not kept from its teacher."""

import pytest

from intake.kinds.safety import names_staff


@pytest.mark.parametrize(
    "words",
    [
        "老师打我孩子",
        "孩子被校长踹了一脚",
        "班主任体罚学生",
        "王老师今天用教鞭抽他手心",
        "让体育老师打了",
        "孩子说老师打他",
        "宿管阿姨总掐她",
        "老师动不动就骂孩子",
        "老师对我孩子又打又骂",
        "老师把他推倒了",
        "老师罚他站一上午，罚站",
        "班主任让他跪着",
        "保安摸我女儿",
        "教练亲她",
        "被班任扇了耳光",
        "食堂大爷摸她大腿",
        "教导主任当着全班羞辱他",
        "校车司机猥亵孩子",
    ],
)
def test_what_accuses_a_schools_staff_is_heard(words: str) -> None:
    assert names_staff(words)


@pytest.mark.parametrize(
    "words",
    [
        "老师说他摔伤了",
        "老师打电话说孩子受伤了",
        "老师打了个电话，说孩子磕着了",
        "班主任打车送他去医院",
        "被同学打了，告诉老师了",
        "告诉老师同学打他",
        "老师，我孩子被人打了",
        "老师我孩子让人打了",
        "老师孩子被打了",
        "老师发现他在操场晕倒",
        "被老师送到医院",
        "老师抱他去医院了",
        "老师摸他额头发烧",
        "校医给他打针了",
        "老师没打他，是同学打的",
        "班主任说是同学推的",
        "村主任打架",
        "老师您好，打扰了，孩子被欺负了",
        "体育老师带他踢球摔了",
        "给老师打电话没人接，孩子走丢了",
        "老师说孩子打人",
        "孩子在学校被同学踢了，老师不管",
    ],
)
def test_who_tells_or_helps_is_not_accused(words: str) -> None:
    assert not names_staff(words)

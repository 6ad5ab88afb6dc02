"""Answers to "since when" that nobody counted, and which of them are rough."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.language import spoken
from tests.hands.phrases import table
from tests.hands.work import linear

TODAY = date(2026, 11, 23)  # a Monday
ANY = st.text(
    "0123456789一二三几好些多半大小老长久月年天周星期礼拜学期初中末底国庆开元旦上下个前去今没了就从打，。 ",
    max_size=24,
)


def read(said: str, today: date = TODAY) -> str:
    """Give the day, with ~ before it where it is a rough one."""
    found = spoken.past_day(said, today)
    return f"{'~' * found.rough}{found.day}" if found else "-"


@pytest.mark.parametrize(
    ("said", "day"),
    table(
        """
        ~2026-11-18: 好几天了 | 没去好几天了 | 都好几天没上学了 | 好几天前
        ~2026-11-20: 几天了 | 前几天 | 大概三天 | 第三天了 | 今天都第三天没去了 | 三天左右
        ~2026-11-16: 好些天没去 | 快一个星期了 | 差不多一周 | 一个礼拜左右 | 上周 | 上个星期就没去
        ~2026-11-13: 十来天 | 十多天了 | 小半个月 | 小半拉月没来
        ~2026-11-08: 半拉月 | 大半个月了 | 半个来月
        ~2026-11-09: 有些日子了 | 有一阵子了 | 一段时间了
        ~2026-11-21: 两三天 | 三两天了 | 2-3天
        ~2026-10-24: 个把月了 | 老长时间 | 好久没去了 | 很久了 | 这么长时间了
        ~2026-10-23: 一个多月 | 记不清，一个多月吧 | 大概一个月
        ~2026-10-01: 上个月 | 上个月初 | 上月就没去了
        ~2026-10-10: 上个月中旬
        ~2026-10-31: 上个月底 | 10月底 | 上月末
        ~2026-11-01: 月初 | 这个月初就没去 | 11月初
        ~2026-09-30: 国庆以后 | 国庆节放假回来就没去 | 十一过后 | 过完国庆 | 国庆前
        ~2026-09-01: 打开学就没去 | 从开学到现在 | 一开学就没去 | 九月份 | 这学期开学
        ~2026-09-08: 开学第二周
        ~2026-09-24: 中秋后 | 八月节以后 | 更久
        ~2026-07-05: 上学期期末 | 从上学期期末就没去了 | 上学期结束 | 暑假以后 | 期末考试以后
        ~2026-05-27: 半年 | 大半年 | 得有半年
        ~2026-07-21: 小半年
        ~2026-03-01: 上学期 | 上学期一开学
        ~2026-01-05: 过完年就没去 | 寒假以后 | 春节过后
        ~2025-11-23: 一年多 | 快一年了
        2025-11-23: 一年没去了
        ~2025-12-01: 去年冬天
        ~2026-08-25: 几个月了
        2026-11-18: 上周三 | 周三
        2026-11-20: 三天没来 | 3天没来 | 2026-11-20
        ~2026-11-20: 大约2026-11-20 | 约2026-11-20
        2026-11-12: 十一天 | 11天没来
        2026-10-23: 一个月 | 一个月没来
        -: 不知道 | 没几天 | 过几天 | 每隔几天 | 那年 | 三年级 | 上学期间 | 初一上学期 | 多长时间 | 下周 | 还没开学 | 一年级
        -: 等开学 | 邻居家老二 | 石人镇 | 王小明 | 13812345678 | 他奶奶好久好久以前说的 | 十一月
        """
    ),
)
def test_days_that_nobody_counted(said: str, day: str) -> None:
    assert read(said) == day


@pytest.mark.parametrize(
    ("today", "said", "day"),
    [
        (
            date(2027, 1, 20),
            "上学期期末",
            "~2027-01-05",
        ),  # in the holidays it is the term that has just ended
        (date(2027, 4, 12), "上学期期末", "~2027-01-05"),
        (date(2027, 4, 12), "打开学就没去", "~2027-03-01"),
        (date(2027, 4, 12), "国庆以后", "~2026-09-30"),
        (date(2027, 4, 12), "清明以后", "~2027-04-03"),
        (date(2031, 11, 1), "中秋以后", "~2031-09-20"),
        (date(2026, 9, 1), "开学", "~2026-03-01"),
        (date(2026, 11, 1), "月初", "~2026-11-01"),
    ],
)
def test_terms_and_feasts_are_the_last_ones(today: date, said: str, day: str) -> None:
    assert read(said, today) == day


@given(ANY | st.text(max_size=40), st.dates(date(2024, 1, 1), date(2034, 12, 31)))
def test_a_rough_day_is_never_to_come(said: str, today: date) -> None:
    found = spoken.past_day(said, today)
    assert found is None or found.day <= today or not found.rough


@pytest.mark.parametrize("said", ["好", "一", "个", "上上", "没去了", "月", "半", "第", "，", "国庆以后就"])
def test_hostile_text_takes_no_time(said: str) -> None:
    assert linear(lambda text: spoken.past_day(text, TODAY), (said * 2000)[:2000])

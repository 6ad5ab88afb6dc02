"""Since when a child has not come where nobody counted: a day or a number that is marked as approximate."""

from datetime import date

import pytest

from bot.understanding import understand
from bot.understanding.facts import rough
from tests.hands.phrases import table
from tests.hands.work import linear

TODAY = date(2026, 11, 23)  # a Monday


def told(said: str) -> str:
    """Give what is read of how long, with ~ before it where it is approximate."""
    slots = understand(said, TODAY).slots
    value = slots.get("last_seen", slots.get("days"))
    return f"{'~' * bool(slots.get('approximate'))}{value}" if value else "-"


@pytest.mark.parametrize(
    ("said", "value"),
    table(
        """
        ~3: 今天都第三天没去了 | 孩子几天没上学了 | 这几天没去上学 | 大概三天没来上学了
        ~5: 孩子好几天没去上学了 | 没来上学好几天了 | 孩子不肯去学校，都好几天了
        ~7: 孩子不去上学，都好些天了 | 快一个星期没去上学了 | 孩子差不多一个礼拜没来学校
        ~2: 两三天没来上学
        ~10: 十来天没去上学了 | 小半个月没来学校
        ~14: 有些日子没见他来上学 | 好一阵子没上学
        ~15: 半拉月没念书了 | 孩子在家待了半拉月了，学也不上
        ~21: 孩子几个星期没去学校了
        ~28: 孩子不上学，好几个星期了
        ~30: 老长时间没去学校了 | 孩子好久没来学校了 | 一个多月没来上学了 | 孩子不念书老长时间了
        ~90: 几个月没去学校了 | 三四个月没念书了
        ~125: 他不念书了，得有小半年了
        ~140: 一学期没去上学了 | 孩子一个学期没上课了
        ~180: 我孙子大半年没上学了
        ~2026-07-05: 从上学期期末就没去过学校 | 孩子上学期期末开始就不去了 | 暑假以后没去上学
        ~2026-09-01: 打开学就没去 | 孩子从开学到现在没来上学 | 九月份就没去上学 | 这学期一直没来上学
        ~2026-09-30: 国庆以后就没去过学校 | 过完国庆孩子就不上学了 | 十一放假回来就没去上学
        ~2026-10-01: 孩子上个月就不去上学了
        ~2026-10-31: 上个月底开始没来上学 | 孩子10月底就没去上学
        ~2026-01-05: 过完年就没再去上学 | 春节过后就再没去过学校
        ~2026-11-05: 从期中考试以后就不上学了
        ~2025-12-01: 去年冬天就辍学了
        ~2026-11-18: 孩子大概上周三开始没去上学
        3: 孩子三天没来上学了
        15: 半个月没来上学
        2026-11-18: 孩子上周三开始没去上学
        -: 没几天就不去了 | 请了好几天假 | 上周没来上学，现在来了 | 要是好几天不去会咋样 | 他爸好几天没来电话了
        -: 补助好几个月没发了 | 校车好几天没来了 | 孩子感冒好几天了 | 开学以后想住校 | 上学期的补助还没发 | 国庆放假几天
        -: 我好几天没上班了 | 登完记好几天了也没个回音 | 老师好几天没来上课了 | 孩子开学上一年级
        """
    ),
)
def test_how_long_by_nobodys_count(said: str, value: str) -> None:
    assert told(said) == value


@pytest.mark.parametrize(
    "said", ["好几天没来", "好久", "国庆", "上个月", "没来开学", "，都好些天了", "期末就"]
)
def test_hostile_text_takes_no_time(said: str) -> None:
    long = "没来" + (said * 2000)[:1998]
    assert linear(lambda text: list(rough.read_rough(text, TODAY)), long)

"""Short answers and dates in the spellings people use."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.language import spoken
from tests.hands.work import linear

TODAY = date(2026, 11, 23)  # a Monday
NOW = datetime(2026, 11, 23, 10, 20, 31)  # noqa: DTZ001 (local time by contract)
# Any text at all, and text made of the characters that the rules look for.
ANY = st.text(st.characters(exclude_categories=())) | st.text(
    "0123456789一二三四五六七八九十零两半几多来年月日号天周星期礼拜上下个前后今昨明大去没了"
    "就从点分时刻里公米班级小初中()（）-./: 张·李",
    max_size=24,
)


def table(text: str) -> list[tuple[str, str]]:
    """Turn lines of `value: spelling | spelling`, going on after a leading |, into (spelling, value)."""
    lines = re.sub(r"\n\s*\|", " |", text.strip()).splitlines()
    pairs = (line.split(": ", 1) for line in lines)
    return [(said.strip(), value.strip()) for value, said_so in pairs for said in said_so.split(" | ")]


def refused(text: str) -> list[str]:
    """Split on | and add the empty text, which nothing accepts."""
    return ["", *(said.strip() for said in text.split("|"))]


@pytest.mark.parametrize(
    ("said", "km"),
    table(
        """
        5: 5 | 5公里 | ５公里 | 5km | 5 KM | 五公里 | 大概5公里吧 | 离学校5公里 | 5千米 | 五千米
        | 5000米 | 十里地 | 10里路 | 十来里 | 十多里地 | 5-6公里 | 五到六公里 | 五六公里左右
        2.5: 五里地 | 五里 | 5里 | 2.5公里 | 两公里半 | 五六里 | 五里来地 | 五里多地
        1.75: 三里半
        0.8: 800米 | 八百米 | 800m | 800多米 | 0.8公里 | 有800米远
        1.2: 1千2百米 | 一千二百米 | 1.2km
        12: 十二千米 | 12千米 | 12公里
        10: 二三十里 | 二十里 | 二十来里
        0.25: 半里地 | 半里
        3: 三公里多 | 三公里多地 | 3
        0: 0
        150: 150
        """
    ),
)
def test_distance(said: str, km: str) -> None:
    assert spoken.distance_km(said) == float(km)


@pytest.mark.parametrize(
    "said", ["", "很远", "几里地", "-5公里", "800", "5岁", "走半小时", "三里屯", "5公里6", "三年级", "公里"]
)
def test_no_distance(said: str) -> None:
    assert spoken.distance_km(said) is None


@pytest.mark.parametrize(
    ("said", "canonical"),
    table(
        """
        一年级: 一年级 | 1年级 | １年级 | 小一 | 1 | 一 | 小学一年级 | 一年级新生 | 上一年级
        | 孩子今年上一年级了 | 1年 | 一年 | 一年纪
        三年级: 小学三年级 | 三年二班 | 3年2班 | 3.2班 | 3 2班 | 三(2)班 | 3（2）班 | 三二班 | 三年级2班
        | 三年级（2）班 | 三年级实验班 | 小三 | 第三年级 | 三年级上学期 | 3 年级 | 三年级，2班
        六年级: 六年 | 六年级 | 小六 | 6 | 6年级。
        七年级: 初一 | 七年级 | 7 | 七 | 初中一年级 | 初一新生 | 初中七年级 | 七(2)班 | 7年3班 | 初1
        | 初一年级 | 读初一
        八年级: 初二(3)班 | 初中二年级 | 八年 | 8年级 | 初二3班 | 初二五班 | 初2
        九年级: 初三 | 九年级 | 初中三年级 | 初三年级
        """
    ),
)
def test_grade(said: str, canonical: str) -> None:
    assert spoken.grade(said) == canonical


@pytest.mark.parametrize(
    "said",
    refused(
        """
        高一 | 幼儿园 | 大班 | 学前班 | 三岁 | 10 | 十年级 | 0 | G3 | 初四 | 小七 | 小学九年级 | 2班
        | 三班 | 32班 | 三十二班 | 3.2 | 三年前 | 三年没来 | 9月1号 | 13812345678 | 初中 | 小学 | 中三
        | 不知道
        """
    ),
)
def test_no_grade(said: str) -> None:
    assert spoken.grade(said) is None


@pytest.mark.parametrize(
    ("said", "canonical"),
    table(
        """
        2班: 二班 | 2班 | (2)班 | （2）班 | （二）班 | 三年二班 | 三年级2班 | 三年级（2）班 | 2 | 二
        | 第二班 | 3.2班 | 3 2班 | 三二班 | 三年级2 | 在二班 | 02班 | 2 班
        3班: 初二(3)班 | 初二三班 | 八年级3班 | 七(3)班 | 七（三）班
        12班: 十二班 | 12班 | 三年十二班
        32班: 32班 | 三十二班
        实验班: 实验班 | 三年级实验班 | 初一实验班 | 在实验班
        育才班: 育才班
        701班: 701班
        """
    ),
)
def test_class_name(said: str, canonical: str) -> None:
    assert spoken.class_name(said) == canonical


@pytest.mark.parametrize(
    "said",
    refused(
        """
        班 | 0班 | 0 | 七年级 | 三年 | 几班 | 不知道哪个班 | 我在上班 | 加班 | 班主任
        | 三年级不知道哪个班 | 一个很长很长很长很长的班 | 100 | 2010年 | 13812345678
        """
    ),
)
def test_no_class_name(said: str) -> None:
    assert spoken.class_name(said) is None


@pytest.mark.parametrize(
    ("said", "digits"),
    table(
        """
        13812345678: 13812345678 | １３８１２３４５６７８ | 138 1234 5678 | 138-1234-5678
        | 138—1234—5678 | 138一1234一5678 | 138.1234.5678 | +86 13812345678 | (+86)138 1234 5678
        | 0086-138-1234-5678 | 8613812345678 | 电话13812345678 | 手机号：13812345678
        | 我的手机号码是13812345678。 | 联系电话: 13812345678 | 幺三八一二三四五六七八
        | 一三八 一二三四 五六七八 | 13812345678\u200b | \u202d13812345678\u202c
        04393721234: 0439-3721234 | (0439)3721234 | （0439）3721234 | 04393721234 | 0439 372 1234
        | +86 439 3721234 | +86-0439-3721234 | 0439一3721234 | 座机0439-3721234
        01062345678: 010-62345678 | +86 10 62345678
        043187654321: 0431-87654321
        19900001111: 幺九九零零零零幺幺幺幺
        """
    ),
)
def test_phone(said: str, digits: str) -> None:
    assert spoken.phone(said) == digits


@pytest.mark.parametrize(
    "said",
    refused(
        """
        138123456789 | 1381234567 | 12812345678 | 3721234 | 110 | 13812345678转2
        | 13812345678/13912345678 | 13812345678、13912345678 | 没有电话 | 电话 | 220605201503081234
        | +1 2025550100 | 008613812345 | ١٣٨١٢٣٤٥٦٧٨
        """
    ),
)
def test_no_phone(said: str) -> None:
    assert spoken.phone(said) is None


@pytest.mark.parametrize(
    ("said", "name"),
    table(
        """
        张三: 张三 | 张 三 | 叫张三 | 我叫张三 | 孩子叫张三 | 俺孙子叫张三 | 姓名：张三 | 姓名张三
        | 名字是张三 | 他的名字叫张三 | 我是张三 | 张三。 | “张三” | 张三啊 | 孩子大名叫张三
        | 我家孩子叫张三
        马明: 马明
        孙子涵: 孙子涵
        王小妹: 王小妹
        那英: 那英
        么红: 么红
        欧阳娜娜: 欧阳娜娜
        诸葛孔明亮: 诸葛孔明亮
        王国庆: 王国庆 | 我叫王国庆 | 俺孙子叫王国庆
        佟安国庆: 佟安国庆
        欧阳国庆: 欧阳国庆
        于开学: 于开学 | 孩子叫于开学
        刘不凡: 刘不凡
        㐂𠮷: 㐂𠮷
        阿依古丽·买买提: 阿依古丽·买买提 | 阿依古丽•买买提 | 阿依古丽．买买提 | 阿依古丽・买买提
        | 阿依古丽‧买买提 | 阿依古丽∙买买提 | 阿依古丽.买买提 | 阿依古丽 · 买买提
        | 孩子叫阿依古丽.买买提
        阿不都热合买提·吐尔逊江·艾合买提: 阿不都热合买提·吐尔逊江·艾合买提
        Anna Smith: Anna Smith | Ａnna  Smith
        Jean-Luc O'Neil: Jean-Luc O'Neil
        José María: José María
        J. R. Tolkien: J. R. Tolkien
        """
    ),
)
def test_person_name(said: str, name: str) -> None:
    assert spoken.person_name(said) == name


@pytest.mark.parametrize(
    "said",
    refused(
        """
        张 | 妈妈 | 爸爸 | 奶奶 | 姥姥 | 爷爷 | 姥爷 | 孩子 | 儿子 | 闺女 | 孙子 | 孙女 | 外孙 | 外孙女
        | 我 | 本人 | 老师 | 家长 | 班主任 | 不知道 | 没有 | 无 | 保密 | 匿名 | 男 | 女 | 是 | 否 | 他妈
        | 她爸 | 俺孙子 | 我家孩子 | 孩子他妈 | 我妈 | 他奶奶 | 孩子的妈妈 | 我是他妈 | 我是孩子奶奶
        | 叫妈妈 | 父亲 | 母亲 | 外祖父 | 继母 | 监护人 | 小朋友 | 宝宝 | 邻居 | 李老师 | 王奶奶
        | 张三123 | 123 | 一二三 | 三年级 | 初一 | 二班 | 三天 | 实验小学 | 哈哈哈 | 发烧了 | 叫什么
        | 我们 | 取消 | 菜单 | yes | NULL | A | 张三，李四 | 张三/李四 | 张· | 这是一个非常长的名字
        | <script> | 张三@李四 | 你好吗 | 没来上学 | 谁知道 | 国庆 | 国庆以后 | 过国庆 | 刚过国庆 | 刚开学
        | 没开学 | 于没开学 | 开学以后 | 厂厂厂㐀㐀一 一 | 何不来 | 钱不够
        """
    ),
)
def test_no_person_name(said: str) -> None:
    assert spoken.person_name(said) is None


@pytest.mark.parametrize(
    ("said", "answer"),
    table(
        """
        yes: 是 | 有 | 对 | 嗯 | 要 | 在外 | 已 | y | Y | yes | true | 1 | １ | 是的 | 有的 | 对对对
        | 嗯嗯 | 好的 | 是。 | 有啊 | 已请假 | 请假了 | 请了 | 已经请假了 | 安全 | 在外地打工 | 都在外地
        | 要住校 | 没错 | 需要 | 嗯呐 | 联系过了
        no: 否 | 没有 | 没 | 无 | 不 | 不是 | 不要 | 未 | n | no | NO | false | 0 | 没有啊 | 没有的
        | 不是的 | 没呢 | 还没 | 还没有呢 | 不用 | 不用了 | 不需要 | 没请假 | 还没请假 | 未请假 | 不住校
        | 不安全 | 不太安全 | 不在外 | 没联系上 | 没有没有 | 都没有
        """
    ),
)
def test_yes_no(said: str, answer: str) -> None:
    assert spoken.yes_no(said) is (answer == "yes")


@pytest.mark.parametrize(
    "said",
    refused(
        """
        不知道 | 不清楚 | 不一定 | 有没有 | 是不是 | 是吗 | 2 | 11 | 在家 | 妈妈 | 没事 | 昨天
        | 不是不想 | 也许 | 说不好
        """
    ),
)
def test_neither_yes_nor_no(said: str) -> None:
    assert spoken.yes_no(said) is None


@pytest.mark.parametrize(
    ("said", "found"),
    table(
        """
        2026-09-01: 2026-9-1 | 2026-09-01 | 2026/09/01 | 2026.9.1 | 20260901 | 2026 9 1 | 2026年9月1日
        | 2026年9月1号 | ２０２６年９月１日 | 26年9月1号 | 二〇二六年九月一日 | 二零二六年九月一号
        | 二六年九月一号 | 9月1号 | 9月1 | 9月1日 | 9-1 | 9.1 | 9/1 | 9—1 | 九月一号 | 九月一
        | 今年9月1号 | 9月份1号 | 9月初 | 从9月1号开始 | 打9月1号起 | 9月1号就没来了 | 大概9月1号吧
        | 9月1号左右 | 9月1日(周二) | 9月1号星期二 | 9 月 1 号 | 最后一次是9月1号 | 9月1号那天
        | 9月1号上午 | 2026-09-01 08:00 | 2026-09-01T08:00:00 | 9月1号下午三点半 | 9月1号，后来就没见着
        2026-11-23: 今天 | 今儿 | 今早 | 今日 | 当天 | 今天早上 | 今儿个 | 周一 | 11月23号 | 23号
        | 这周一 | 本周一 | 刚才 | 今晚
        2026-11-22: 昨天 | 昨儿 | 昨日 | 昨晚 | 昨天下午 | 昨个 | 昨儿个 | 周日 | 星期天 | 礼拜天
        | 从昨天开始就没来上学
        2026-11-21: 前天 | 前儿 | 两天前 | 2-3天没来 | 两到三天没来 | 俩天没来
        2026-11-20: 大前天 | 三天前 | 3天以前 | 三天之前 | 三天没来 | 三天没去上学 | 三天没念书了
        | 有三天了 | 三天了 | 三天 | 俺孙子三天没念书了 | 三天没来学校了 | 都三天没上学了
        | 孩子已经三天没到校了 | 没来三天了 | 三四天没来 | 没上学有三天了 | 周五 | 3天没去学校 | 上周五
        2026-11-24: 明天 | 明儿 | 明天请假 | 明早 | 这周二
        2026-11-25: 后天 | 后儿 | 两天后
        2026-11-26: 大后天
        2026-11-09: 俩礼拜前 | 两周前 | 两个星期没来 | 两周以前 | 上上周一
        2026-10-23: 一个月前 | 一个多月前 | 一个月没来了 | 上个月23号
        2026-11-08: 半个月前 | 半个月没来 | 半月前 | 半个多月没来 | 8号 | 八号
        2026-11-16: 上周一 | 上星期一 | 上个礼拜一 | 打上周一 | 从上周一开始 | 上周周一 | 一个礼拜没去了
        | 一个礼拜没去 | 一周没来 | 一周前 | 7天没来
        2026-11-13: 上上周五 | 十天没来 | 十来天没来 | 十多天没来了 | 十几天没来
        2026-11-17: 周二 | 星期二 | 礼拜二 | 上周二 | 周2
        2026-11-30: 下周一 | 下个礼拜一 | 本月底 | 这个月底
        2026-10-05: 上个月5号 | 上月5号 | 10月5号
        2026-12-01: 下个月1号 | 下月1号 | 下个月初
        2026-10-31: 上个月底 | 上个月末 | 31号 | 10月底 | 上月月底
        2026-11-01: 1号 | 一号 | 1日 | 月初 | 本月1号 | 这个月初
        2025-09-01: 去年9月1号 | 去年九月一日 | 25年9月1号 | 去年9.1
        2024-03-05: 前年3月5号
        2025-12-31: 12月31号 | 12-31 | 去年12月底
        2027-03-01: 明年3月1号 | 2027-3-1
        2026-10-08: 一个半月前
        2026-05-23: 半年前 | 半年没来了
        2024-02-29: 2024年2月29日
        """
    ),
)
def test_day_in_the_past(said: str, found: str) -> None:
    assert spoken.day(said, TODAY, lean="past") == date.fromisoformat(found)


@pytest.mark.parametrize(
    ("said", "found"),
    table(
        """
        2027-09-01: 9月1号 | 9-1 | 明年9月1号
        2026-12-01: 1号 | 12月1号 | 下个月1号 | 12月初 | 月初
        2026-11-23: 今天 | 周一 | 23号
        2026-11-24: 周二 | 明天 | 从明天起
        2026-11-30: 下周一 | 月底 | 一周后 | 30号
        2026-11-20: 上周五 | 三天前
        2026-12-23: 一个月后 | 一个月以后
        2027-01-31: 2027-01-31 | 27年1月31日
        2026-12-31: 31号
        """
    ),
)
def test_day_in_the_future(said: str, found: str) -> None:
    assert spoken.day(said, TODAY, lean="future") == date.fromisoformat(found)


@pytest.mark.parametrize(
    "said",
    refused(
        """
        2月30日 | 2026-2-30 | 13月1号 | 32号 | 上上个月31号 | 2月29号 | 九年级 | 3年级 | 三年二班 | 3年
        | 2019年 | 2019 | 去年 | 九月 | 9月份 | 上个月 | 上周 | 13812345678 | 0439-3721234
        | 220605201503081234 | 1989-9-1 | 2029-1-1 | 几天前 | 好几天没来 | 发烧 | 不知道 | 1号楼 | 3.2班
        | 5.5公里 | 周末 | 9月1号到3号 | 周一，周二 | 不是9月1号 | 99999999天前 | 三岁 | 1.2.3.4
        | 农历九月初一 | 三天两头不来
        """
    ),
)
def test_no_day(said: str) -> None:
    assert spoken.day(said, TODAY, lean="past") is None


def test_a_span_alone_says_nothing_about_the_future() -> None:
    assert spoken.day("三天", TODAY, lean="future") is None


@pytest.mark.parametrize(
    ("said", "today", "lean", "found"),
    [
        ("31号", date(2026, 3, 5), "past", date(2026, 1, 31)),
        ("30号", date(2026, 2, 5), "future", date(2026, 3, 30)),
        ("2月29号", date(2025, 1, 10), "past", date(2024, 2, 29)),
        ("一个月前", date(2026, 3, 31), "past", date(2026, 2, 28)),
        ("12月31号", date(2027, 1, 1), "past", date(2026, 12, 31)),
        ("上个月5号", date(2026, 1, 10), "past", date(2025, 12, 5)),
        ("下个月1号", date(2026, 12, 10), "future", date(2027, 1, 1)),
        ("上周日", date(2026, 11, 22), "past", date(2026, 11, 15)),
        ("周日", date(2026, 11, 22), "past", date(2026, 11, 22)),
    ],
)
def test_day_at_the_edges_of_months(said: str, today: date, lean: Any, found: date) -> None:
    assert spoken.day(said, today, lean=lean) == found


@pytest.mark.parametrize(
    ("said", "found"),
    table(
        """
        2015-03-08: 2015年3月8日 | 15年3月8号 | 20150308 | 2015-3-8 | 2015.3.8 | 2015/03/08
        | 二〇一五年三月八日 | 2015年3月8日生 | 生日是2015年3月8号 | 出生日期：2015-03-08
        | 他的生日2015年3月8日
        2026-11-23: 2026-11-23
        2001-11-23: 2001-11-23
        """
    ),
)
def test_birth_day(said: str, found: str) -> None:
    assert spoken.birth_day(said, TODAY) == date.fromisoformat(found)


@pytest.mark.parametrize(
    "said",
    refused(
        """
        3月8号 | 2001-11-22 | 2026-11-24 | 去年3月8号 | 昨天 | 2015年3月 | 2015年2月30日 | 11岁
        | 99年3月8日
        """
    ),
)
def test_no_birth_day(said: str) -> None:
    assert spoken.birth_day(said, TODAY) is None


@pytest.mark.parametrize(
    ("said", "found"),
    table(
        """
        2024-03: 2024-03 | 2024-3 | 2024年3月 | 2024年三月 | 24年3月 | 202403 | 2024.3 | 2024/03
        | 2024 3 | 2024年3月份 | 二〇二四年三月 | 前年3月 | 2024年3月15日 | 从2024年3月开始
        | 2024年3月走的
        2026-03: 今年3月 | 今年三月份 | 3月 | 三月份
        2025-03: 去年三月 | 去年3月份
        2025-12: 去年年底 | 去年底 | 年底 | 12月
        2026-01: 年初 | 今年年初 | 今年初
        2025-01: 去年年初
        2026-10: 上个月 | 上月 | 上个月5号 | 一个月前
        2026-08: 三个月前 | 走了三个月了 | 出去3个月了
        2026-05: 半年前 | 半年了
        2024-11: 两年前 | 出去打工两年了 | 二年前
        2025-05: 一年半前
        2026-11: 这个月 | 本月 | 昨天 | 11月
        """
    ),
)
def test_month(said: str, found: str) -> None:
    assert spoken.month(said, TODAY) == found


@pytest.mark.parametrize(
    "said",
    refused(
        """
        去年 | 前年 | 2024年 | 2024 | 2026-12 | 今年12月 | 下个月 | 2024-13 | 1989-05 | 今年年底
        | 九年级 | 好久了 | 3年 | 13812345678
        """
    ),
)
def test_no_month(said: str) -> None:
    assert spoken.month(said, TODAY) is None


@pytest.mark.parametrize(
    ("said", "found"),
    table(
        """
        2026-11-23T10:20: 刚才 | 刚刚 | 现在 | 方才 | 就刚才
        2026-11-22T15:30: 昨天下午三点半 | 昨天下午3点30 | 昨天下午3点30分 | 昨天15:30 | 昨天 15:30
        | 昨天下午3:30 | 昨天下午大概三点半
        2026-11-23T07:00: 今早7点 | 今天早上七点 | 早上7点 | 今天7点 | 7点 | 今早7点多
        2026-11-20: 上周五放学 | 上周五 | 上周五放学的时候 | 周五放学路上 | 大前天
        2026-09-01T20:15: 9月1号晚上8点一刻 | 9月1号晚8点15
        2026-11-20T15:30: 2026-11-20 15:30 | 2026-11-20T15:30 | 2026-11-20 15:30:20
        | 2026年11月20日15时30分 | 11月20号下午三点半
        2026-11-23T09:50: 半小时前 | 半个小时前 | 三十分钟前 | 30分钟之前
        2026-11-23T08:20: 两个小时前 | 俩小时前 | 2个钟头前
        2026-11-23T08:50: 一个半小时前
        2026-11-22: 昨天下午 | 昨天 | 昨晚 | 昨天三点 | 昨天放学
        2026-11-22T20:00: 昨晚8点 | 昨晚八点 | 晚上八点 | 昨天20:00
        2026-11-23T00:00: 昨晚12点 | 凌晨12点 | 2026-11-23 00:00
        2026-11-22T12:00: 昨天中午12点 | 昨天下午12点
        2026-11-22T13:10: 昨天中午1点10分
        2026-11-23: 今天 | 早上 | 今天上午 | 放学路上
        2026-11-22T23:45: 昨晚十一点三刻 | 昨天半夜11点三刻
        """
    ),
)
def test_moment(said: str, found: str) -> None:
    assert spoken.moment(said, NOW) == found


@pytest.mark.parametrize(
    "said",
    refused(
        """
        明天 | 今晚8点 | 今天11点 | 2026-11-23 10:21 | 2026-11-24 | 2月30日 | 昨天25点 | 昨天3点75分
        | 不知道 | 5公里 | 三年级 | 13812345678 | 99999999小时前 | 了
        """
    ),
)
def test_no_moment(said: str) -> None:
    assert spoken.moment(said, NOW) is None


READERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "distance_km": (spoken.distance_km, r"\d+\.\d+(e-?\d+)?"),
    "grade": (spoken.grade, r"[一二三四五六七八九]年级"),
    "class_name": (spoken.class_name, r"(?s).{1,9}班"),
    "phone": (spoken.phone, r"[0-9]{10,12}"),
    "person_name": (spoken.person_name, r"[^\d\n]{2,80}"),
    "yes_no": (spoken.yes_no, "True|False"),
    "plain_yes_no": (spoken.plain_yes_no, "True|False"),
    "day": (lambda said: spoken.day(said, TODAY, lean="past"), r"\d{4}-\d\d-\d\d"),
    "day to come": (lambda said: spoken.day(said, TODAY, lean="future"), r"\d{4}-\d\d-\d\d"),
    "birth_day": (lambda said: spoken.birth_day(said, TODAY), r"\d{4}-\d\d-\d\d"),
    "month": (lambda said: spoken.month(said, TODAY), r"\d{4}-\d\d"),
    "moment": (lambda said: spoken.moment(said, NOW), r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?"),
}


@pytest.mark.parametrize("name", READERS)
@given(said=ANY)
def test_any_text_gives_a_value_that_reads_as_itself_or_none(name: str, said: str) -> None:
    read, form = READERS[name]
    value = read(said)
    if value is not None:
        assert re.fullmatch(form, str(value))
        if name != "distance_km":
            assert read(str(value)) == value


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "piece",
    ["的", "没来", "三天", "没去上学校", "1", "大概", "孩子", "张·", "一", " ", "一1", "(", "A ", "我家的"],
)
def test_long_text_takes_no_long_time(name: str, piece: str) -> None:
    read, _ = READERS[name]
    for length in (30, 59, 99, 20_000):
        assert linear(read, (piece * length)[:length] + "x")

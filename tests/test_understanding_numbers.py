"""Numbers, years, classes and distances inside free messages."""

import time
from collections.abc import Iterable
from datetime import date

import pytest

from bot.understanding import numbers, schooling
from bot.understanding.found import Found, Reader, cover, taken
from intake import receipts, text

TODAY = date(2026, 11, 23)  # a Monday
READERS: tuple[Reader, ...] = (
    numbers.read_id_number,
    numbers.read_phone,
    numbers.read_receipt,
    schooling.read_schooling,
    schooling.read_distance,
)


def table(lines: str) -> list[tuple[str, str]]:
    """Turn lines of `value: message | message` into (message, value); `-` is no value."""
    pairs = (line.strip().split(": ", 1) for line in lines.strip().splitlines())
    return [(said.strip(), value) for value, all_said in pairs for said in all_said.split(" | ")]


def facts(said: str, readers: Iterable[Reader] = READERS) -> dict[str, object]:
    """Read in order, cover what was found, keep the first of each kind."""
    plain = text.normalise(said)
    found: dict[str, object] = {}
    for reader in readers:
        ones: list[Found] = list(reader(plain, TODAY))
        assert all(0 <= one.start < one.end <= len(plain) for one in ones)
        for one in ones:
            found.setdefault(one.key, one.value)
        plain = cover(plain, ones)
    return found


@pytest.mark.parametrize(
    ("said", "phone"),
    table(
        """
        13843912345: 我电话13843912345 | 138-4391-2345 | +86 138 4391 2345
        13843912345: 8613843912345 | 008613843912345找我 | 138 4391 2345谢谢
        13843912345: 1384391 2345 | 138439 12345 | 138.4391.2345
        13843912345: 1 3 8 4 3 9 1 2 3 4 5 | 幺三八四三九幺二三四五 | １３８４３９１２３４５
        13843912345: 13843912345一年级 | 微信v13843912345
        13843912345: 三年二班 138 4391 2345 | 3-2班 138 4391 2345 | 一三八 四三九一 二三四五
        13843912345: 2015.3.12 13843912345 | 13843912345 13943912345
        13843912345: （13843912345） | 电话是:13843912345，急 | 138一4391一2345
        13843912345: 孩子身份证220605201503121234手机13843912345
        13843912345: 22060520150312123413843912345 | 13843912345220605201503121234
        13843912345: 老师电话13900000000我电话13843912345 | 王老师的号是13900000000打我的13843912345
        04393721234: 0439-3721234 | 0439 3721234 | （0439）3721234 | 0439一3721234 | 座机04393721234 | +86 439 3721234
        043188881234: 0431-88881234转801
        -: 1384391234 | 138439123456 | 卡号6217 0012 3456 7890 123 | 6222 1384 3912 345 6789 | 打110没人管 | 23843912345
        -: 220605201503121234 | G220605201503121234 | 138****2345 | 交了1384块 | 2026年11月23日 | 学籍号12345678901234567
        """
    ),
)
def test_phone(said: str, phone: str) -> None:
    assert facts(said).get("phone", "-") == phone


@pytest.mark.parametrize(
    ("said", "number"),
    table(
        """
        220605201503121234: 身份证220605201503121234 | 220605 20150312 1234
        220605201503121234: 220605 2015 0312 1234 | 孩子号码220605201503121234，男
        220605201503121234: 22060520150312123413843912345 | 13843912345 220605201503121234 | 他220605201503121234石人小学
        22060520150312123X: 22060520150312123x | 22060520150312123X 13843912345 | 220605 2015 0312 123x | 22060520150312123×
        220605201513121234: 身份证号是：220605201513121234
        -: 22060520150312123 | 2206052015031212345 | G220605201503121234 | 220605201513121234 | 卡号622848201503121234
        """
    ),
)
def test_id_number(said: str, number: str) -> None:
    assert facts(said).get("id_number", "-") == number


def test_receipt() -> None:
    good = receipts.make()
    for said in (good, receipts.show(good), f"查一下{receipts.show(good)}办得咋样了", f"回执号：{good}"):
        assert facts(said).get("receipt") == good, said
    wrong = good[:-1] + str((int(good[-1]) + 1) % 10)
    assert facts(f"我的回执号是{receipts.show(wrong)}") == {"receipt": wrong}
    for said in (wrong, f"卡号{good}", f"电话{good}", f"{good}1"):
        assert "receipt" not in facts(said), said


@pytest.mark.parametrize(
    ("said", "number"),
    table(
        """
        261116009981: 单号2611 1600 9981 咋样 | 号2611-1600-9981 | 编号:261116009981 | 查一下261116009981
        261116009981: 回执单号是二六一一一六零零九九八一 帮查 | 回执二六一一 一六零零 九九八一 | 受理单号 2 6 1 1 1 6 0 0 9 9 8 1
        261116009981: 261116009981这个咋还没完 | 我上次报的 261116009981 没信儿呢 | 二六幺幺幺六零零九九八幺 查下办没办
        261116009981: 卡里没钱，回执号261116009981 | 261116009981 13843912345 咋还没办
        860584956940: 860584956940 | 回执号8605 8495 6940
        860584956941: 回执号860584956941
        -: 卡号261116009981 还没办 | 学籍号261116009981 查一下 | 138439123456 咋还没人回 | 26111600998 回执号
        -: 回执号2611160099812 | 快递单号261116009981 | 手机号261116009981 | 261116009981 | G261116009981 办没办
        -: QQ261116009981咋没回 | 2026年11月16日报的咋还没办
        """
    ),
)
def test_receipt_without_its_check_digit(said: str, number: str) -> None:
    assert facts(said).get("receipt", "-") == number


@pytest.mark.parametrize(
    ("said", "school_year"),
    table(
        """
        一年级: 要上一年级 | 一年级一班 | 小一新生 | 孩子明年该念1年级了
        二年级: 2 年级 | 二年四班的班主任 | 小学二年级 | 小学二年三班的
        三年级: 三年二班 | 孩子上三年级 | 三年级(2)班 | 三（2）班的 | 3.2班 | 三二班张明 | 今年三年级 | 今年三年二班 | 3年2班
        五年级: 5年纪 | 现在读五年级 | 他哥初三 他上小学五年级 | 我带的五年一班有个孩子
        六年级: 六年一班 | 六年级没念完就不去了
        七年级: 初一 | 念初一呢 | 升七年级 | 七三班 | 初一新生 | 七(3)班 | 上初一的孩子
        八年级: 初二3班 | 初二三班 | 初二（3）班 | 今年初二了 | 初中二年级 | 初二没念完就不念了 | 八年五班 | 念到初二
        九年级: 九年级 | 初三毕业班 | 初三了 | 九年三班 | 初3
        三年级: 孩子三年级，让六年级的几个大孩子打了 | 他念三年级，总被五年级的欺负 | 三年级一个学生三天没来，我是班主任
        六年级: 我家六年级的孩子不去上学了 | 六年级男孩没来上学 | 六年级的学生李明没来
        七年级: 今年上初一说是要住校
        八年级: 大孙子初二说啥不去了，小孙女明年上一年级 | 俩孩子，大的初二，小的三年级
        一年级: 小孙女明年上一年级咋报名 | 我们家老二明年上一年级
        -: 被六年级的打了 | 六年级那帮男生抢他钱 | 让九年级的学生打了 | 八年级的一个男孩总打他
        -: 我自己就念到三年级 | 他爸念到五年级 | 我小时候也就念到二年级 | 同龄孩子都上二年级了 我家还没上
        -: 大孙子不去上学了 小孙女明年上一年级 | 一个是大儿子不念了，一个是二儿子明年一年级报名
        -: 当初一直在这 | 最初一年 | 正月初一 | 大年初一回来 | 腊月初三 | 高三年级 | 高一 | 初中三年没念完 | 小学三年没毕业
        -: 十一年级 | 九年义务教育 | 2019年没念 | 一到三年级都有吗 | 一二年级的孩子 | 1-6年级 | 三年级以上 | 上三年级的时候
        -: 从三年级开始 | 他姐上初三 | 几年级 | 高年级 | 三年没上学
        -: 打工三年 | 初三毕业了 | 六岁 | 9岁了 | 二零一九年 | 初中生
        """
    ),
)
def test_grade(said: str, school_year: str) -> None:
    assert facts(said).get("grade", "-") == school_year


@pytest.mark.parametrize(
    ("said", "name"),
    table(
        """
        1班: 六年一班 | 五年一班的 | 一年级一班
        2班: 三年二班 | 三年级(2)班 | 三(2)班的 | 3.2班 | 在二班 | 我是2班班主任 | 五年级，2班 | 三年级二班李明
        3班: 初二三班 | 七三班 | 七年级的三班 | 学校三班的王强 | 初二（3）班
        12班: 三年级十二班 | 七年级12班
        实验班: 七年级实验班 | 在实验班
        A班: 八年级A班
        -: 一天就一班车 | 头班车 | 两班倒 | 三班倒 | 上班去了 | 2019年二班 | 加班 | 早上一班车 | 班里 | 班主任 | 末班车
        """
    ),
)
def test_class_name(said: str, name: str) -> None:
    assert facts(said).get("class_name", "-") == name


@pytest.mark.parametrize(
    ("said", "km"),
    table(
        """
        8: 离学校八公里 | 8公理 | 学校离家16里地 | 家到学校有八公里左右
        6: 十二里地 | 十二三里地
        5: 有十里路 | 10-12里 | 离镇上三里离学校十里 | 5公里 | 离校5km左右 | 十多里地
        4: 离公路5里，离学校八里
        3.5: 3.5km | 七八里 | 有个七八里地
        2.5: 走五里 | 两公里半
        1.75: 三里半地
        1: 二里来地 | 离学校1000米
        0.8: 离学校800米
        0.25: 半里地
        15: 30多里 | 三十来里地
        20: 四五十里 | 20 公里
        4: 被调剂到四公里外的学校 | 学校在四公里外的镇上 | 八里外的中心校
        15: 单程十五公里，来回三十公里
        -: 来回三十里 | 往返40公里 | 一来一回要走十几里 | 几十里地 | 三公里外才让坐校车 | 五公里以外的能坐
        -: 下了公交还得走四里地 | 往里多开二里地
        -: 家里 | 三里村 | 五里屯的 | 万里 | 跑了八百米
        -: 身高1米5 | 离大连五百公里 | 三公里以内能坐校车吗 | 一公里多少钱 | 几公里
        -: 好几里地 | 十几里 | 离客车站二里地 | 每公里 | 十里八村 | 限速40公里 | 走2个小时 | 手里100里面 | 走路四十分钟
        """
    ),
)
def test_distance(said: str, km: str) -> None:
    found = facts(said).get("distance_km")
    assert found == (None if km == "-" else float(km))


def test_class_stands_behind_a_covered_year() -> None:
    ones = list(schooling.read_schooling("他在三年二班", TODAY))
    assert [(one.key, one.start, one.end) for one in ones] == [("grade", 2, 4), ("class_name", 4, 6)]
    assert taken("grade") * 2 in cover("他在三年二班", ones)


@pytest.mark.parametrize(
    "said", ["1 ", "1-", "138 ", "初一", "三年", "一", "十里", "幺三", "1a", "3.2", "二班"]
)
def test_hostile_text_takes_no_time(said: str) -> None:
    long = (said * 2000)[:2000]
    for reader in READERS:
        spent = []
        for _ in range(5):
            began = time.process_time()
            list(reader(long, TODAY))
            spent.append(time.process_time() - began)
        assert min(spent) < 0.005, reader

"""The code lists: their files, and what people write for each entry."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import codes as lists
from intake.codes import NAMES, Code, codes, find
from intake.language.text import compact

HERE = Path(lists.__file__).parent
TODAY = date(2026, 11, 23)
OTHERS = {
    "divisions": "code,name,level,parent,confidence,enabled,source",
    "list_headers": "list,key,header",
}
SEPARATORS = set("、,，;；|")
EXPECTED = {
    "absence_reason": 17, "authority": 8, "basis": 5, "boarding_need": 4, "boarding_reason": 5, "channel": 6,
    "danger": 7, "disability": 9, "entry": 3, "ethnic": 58, "grade": 9, "hardship": 10, "household_type": 4, "id_type": 7,
    "lodging": 4, "matter_sort": 6, "measure": 10, "problem": 8, "program": 8, "relation": 14, "sex": 2,
    "special_group": 9, "standing": 10, "travel": 8, "yes_no": 2, "yes_no_unknown": 3,
}  # fmt: skip


def test_every_list_is_there() -> None:
    assert {name: len(codes(name)) for name in NAMES} == EXPECTED


@pytest.mark.parametrize("path", sorted(HERE.glob("*.csv")), ids=lambda path: path.stem)
def test_file(path: Path) -> None:
    raw = path.read_bytes()
    assert not raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw
    header, *rows = csv.reader(raw.decode("utf-8").splitlines())
    wanted = OTHERS.get(path.stem, "")
    if not wanted:
        wanted = "code,label,aliases,valid_from,valid_to,source" + ",called" * ("called" in header)
    assert header == wanted.split(",")
    for row in rows:
        assert len(row) == len(header)
        assert all(cell == cell.strip() for cell in row)
        assert row[0]
        assert row[1]
        assert "source" not in header or row[header.index("source")], "every row says where it comes from"


@pytest.mark.parametrize("name", NAMES)
def test_entries(name: str) -> None:
    every = codes(name)
    assert len({one.code for one in every}) == len(every)
    assert len({one.label for one in every}) == len(every)
    for one in every:
        assert not SEPARATORS & set(one.label)
        assert not any(SEPARATORS & set(alias) for alias in one.aliases)
        assert one.valid_from is None or one.valid_to is None or one.valid_from <= one.valid_to
        assert len(set(one.aliases)) == len(one.aliases)


@pytest.mark.parametrize("name", NAMES)
def test_no_word_means_two_codes(name: str) -> None:
    owner: dict[str, Code] = {}
    for one in codes(name):
        for word in (one.code, one.label, *one.aliases):
            key = compact(word).casefold()
            assert key, f"{word!r} is empty once compacted"
            assert owner.setdefault(key, one) is one, word
            assert find(name, word) == one, word


@pytest.mark.parametrize("name", NAMES)
def test_what_parents_read_is_read_back(name: str) -> None:
    words = [one.called for one in codes(name)]
    assert all(words)
    assert not any(SEPARATORS & set(word) for word in words)
    for one in codes(name):
        if words.count(one.called) == 1:  # 继父或养父 is one word for two codes
            assert find(name, one.called) == one, one.called


SAID = """
sex 男 = 男孩儿|小子|１
sex 女 = 丫头|姑娘|闺女|f| 女 的。
ethnic 汉族 = 汉|01|HAN
ethnic 朝鲜族 = 鲜族
ethnic 满族 = 满
ethnic 蒙古族 = 蒙族
ethnic 回族 = 回民
ethnic 基诺族 = 56
ethnic 其他 = 97
ethnic 外国血统中国籍人士 = 98
id_type 居民身份证 = 身份证
id_type 护照 = a
id_type 台湾通行证 = 台胞证
id_type 港澳通行证(澳) = 港澳通行证（澳）
id_type 其他或无 = 没上户口
relation 母 = 妈妈|孩子妈|娘|我是他妈
relation 父 = 爹|孩子他爸|51
relation 祖母 = 奶奶
relation 祖父 = 爷
relation 外祖母 = 姥姥|姥娘
relation 外祖父 = 姥爷|外公
relation 继/养母 = 后妈
relation 其他亲属 = 老叔|大舅
relation 班主任 = 老师|班任|t1
relation 村(居)干部 = 村(居)干部|村（居）干部|村支书
relation 邻居/其他 = 邻居|邻居／其他
grade 七年级 = 初一
grade 三年级 = 小三
grade 九年级 = ９年级
grade 八年级 = 初中二年级
grade 四年级 = 4
grade 五年级 = 五年
yes_no 是 = 嗯呐|请假了|TRUE
yes_no 否 = 没呢
yes_no_unknown 不清楚 = 不知道
yes_no_unknown 是 = 安全
yes_no_unknown 否 = 不安全
household_type 农业户口 = 农村
household_type 非农业户口 = 城镇
household_type 居民户口 = 居民
basis 房产 = 房照
basis 居住证 = 暂住证
basis 投靠亲属 = 住姥姥家
entry 转入 = 转学
entry 初中一年级新生 = 初一新生
boarding_need 寄宿 = 住校
boarding_need 公交 = 大客
boarding_need 午餐 = 晌午饭
boarding_reason 离校远 = 道远
boarding_reason 学校撤并 = 学校黄了
boarding_reason 监护人外出 = 父母打工
travel 步行 = 走道
travel 自行车/电动车 = 电动车
travel 出租/拼车 = 拼车
travel 家长接送 = 奶奶送
hardship 低保 = 吃低保
hardship 特困 = 五保户
hardship 防止返贫致贫对象 = 监测户
hardship 脱贫户 = 建档立卡
program 寄宿生生活补助 = 住校补助
program 非寄宿生生活补助 = 走读补助
program 免费教科书 = 书费
problem 已批未发 = 咋还没发
problem 金额不符 = 少发了
problem 被停发 = 给停了
absence_reason 因病 = 感冒了
absence_reason 厌学 = 不想念了
absence_reason 外出务工 = 打工去了
absence_reason 欺凌 = 被打
absence_reason 失联 = 联系不上
absence_reason 家庭变故 = 离婚
special_group 留守 = 留守儿童
special_group 随迁 = 外地户口
measure 家访 = 上门
measure 司法 = 起诉
danger 自伤风险 = 不想活了
danger 校园欺凌 = 挨揍了
danger 走失失联 = 孩子丢了
danger 受侵害 = 猥亵
danger 突发疾病或受伤 = 晕倒了
danger 交通或自然灾害 = 车祸
authority 公安(110) = 报警了|110|公安（１１０）
authority 未报告 = 谁也没说
authority 村(居)委会 = 村里
channel 微信 = WeChat
channel 代填 = 代填
"""
TABLE = [
    (*target.split(), word)
    for target, _, words in (line.partition(" = ") for line in SAID.strip().splitlines())
    for word in words.split("|")
]


@pytest.mark.parametrize(("name", "label", "said"), TABLE)
def test_find(name: str, label: str, said: str) -> None:
    found = find(name, said, TODAY)
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize(
    ("name", "said"),
    [
        *(("sex", said) for said in ("", "。", "孩子")),
        *(("program", said) for said in ("补助", "生活补助")),
        *(("grade", said) for said in ("高一", "十年级")),
        ("ethnic", "1"),
        ("relation", "家长"),
        ("hardship", "低保边缘"),
        ("basis", "户口/居住证"),
    ],
)
def test_nothing_is_guessed(name: str, said: str) -> None:
    assert find(name, said, TODAY) is None


def test_sensitive_reasons_are_off_but_stay_readable() -> None:
    offered = {one.label for one in codes("absence_reason", TODAY)}
    assert len(offered) == 15
    assert not offered & {"信教", "心理"}
    assert find("absence_reason", "抑郁", TODAY) is None
    assert (found := find("absence_reason", "心理")) is not None
    assert found.valid_to is not None


def test_own_numbers_are_positions() -> None:
    """A person who answers with the number of a menu line is never heard as another line."""
    for name in set(NAMES) - {"id_type", "channel"}:
        for position, one in enumerate(codes(name, TODAY), 1):
            assert find(name, str(position), TODAY) in (one, None)


def test_validity_is_inclusive() -> None:
    one = Code("1", "a", (), date(2026, 1, 1), date(2026, 6, 30))
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [one.valid(day) for day in days] == [False, True, True, False]
    assert one.valid(None)


@pytest.mark.parametrize("name", ["nothing", "divisions", "../codes/sex", ""])
def test_unknown_list_is_named(name: str) -> None:
    with pytest.raises(LookupError, match="no code list") as raised:
        codes(name)
    assert repr(name) in str(raised.value)
    with pytest.raises(LookupError):
        find(name, "1")


def test_cached() -> None:
    assert codes("ethnic") is codes("ethnic")


@given(st.sampled_from(NAMES), st.text())
def test_any_text(name: str, said: str) -> None:
    found = find(name, said, TODAY)
    assert found is None or found in codes(name, TODAY)

"""Places: tables of what people write, against the district's real towns and villages and made-up schools."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.places.places import MOST, FoundPlace, Place, Places, divisions
from tests.hands.work import calls

SHIREN, DASHIREN, WANGOU = "220605105", "220605107", "220605102"
JIANGYUAN, SUNJIA, DAYANG = "220605002", "220605001", "220605106"
SCHOOLS = [
    Place("S01", "白山市第七中学(协力校区)", "school", SUNJIA),
    Place("S02", "江源区实验小学", "school", JIANGYUAN),
    Place("S03", "白山市第三中学", "school", JIANGYUAN),
    Place("S04", "石人镇中心小学", "school", SHIREN),
    Place("S05", "石人镇初级中学", "school", SHIREN),
    Place("S06", "大石人镇中心小学", "school", DASHIREN),
    Place("S07", "大阳岔镇九年一贯制学校", "school", DAYANG),
    Place("S08", "湾沟镇第一小学", "school", WANGOU),
    Place("S09", "湾沟镇第二小学", "school", WANGOU),
    Place("S10", "林子头小学", "school", SHIREN, ("林小",)),
    Place("S11", "江源区第一小学", "school", JIANGYUAN),
    Place("S12", "白山市第九中学（江北校区）", "school", JIANGYUAN),
    Place("S13", "白山市第九中学（江南校区）", "school", SUNJIA),
    Place("S14", "江源街道中心小学", "school", JIANGYUAN),
    Place("S15", "砟子镇棒槌岭希望小学", "school", "220605104"),
]
PLACES = Places([*divisions(), *SCHOOLS])


def names(found: FoundPlace) -> str:
    """Write 石人镇 for a place, ?a b for candidates, - for nothing."""
    if found.place:
        assert not found.candidates
        return PLACES.full_name(found.place.code)
    assert len(found.candidates) <= MOST
    return "?" + " ".join(PLACES.full_name(one.code) for one in found.candidates) if found.candidates else "-"


TOWN = """
石人镇 = 220605105|220605105000|220605105203|石人|石人镇|石人 镇|「石人镇」|石人镇。|石人镇政府|石人乡
石人镇 = 江源区石人镇
石人镇 = 白山市江源区石人镇|吉林省白山市江源区石人镇|吉林白山江源石人|江源石人镇|江源县石人镇
石人镇 = 中国吉林省白山市江源区石人镇
石人镇 = 石人镇大石棚村|石人镇大石棚子村|石人大石棚|大石棚村|大石棚子村|大石棚|大石棚屯
石人镇 = 石人镇大石棚村三组12号
石人镇 = 石人镇东区3号楼|石人镇那边|我家在石人镇|俺家住石人|家在石人|搁石人住|石人真|石人阵|时人镇|十人镇
石人镇 = 市人镇|石仁镇
石人镇 = 大石鹏村|石人镇北山村|石人镇北山|石人镇，大石棚村
大石人镇 = 大石人|大石人镇|大石人村|小石人|小石人村|大石仁镇|大石人镇大石人村|红石村|光环|220605107
湾沟镇 = 湾沟|弯沟镇|湾勾|和平|和平村|和平社区|湾沟镇和平|北山村
砟子镇 = 砟子|渣子镇|碴子|扎子镇|育林新村|八宝
大阳岔镇 = 大阳岔|大洋岔|大羊叉镇|大杨岔镇|棒槌砬子村|棒锤砬子
孙家堡子街道 = 孙家堡子|孙家堡|孙家堡子街道办|孙家堡子街道办事处|孙家铺子|孙甲堡子|协力村
江源街道 = 江源街道|江源街|江源区江源街道|江源街道办事处|江北社区|江源江北社区|江源镇
正岔街道 = 正岔|正岔社区|郑岔
城墙街道 = 城墙|城强|三岔子社区|育林
松树镇 = 松树|松树镇|宋树镇|松树村
?江源街道 = 江源
?石人镇 = 十仁镇
?松树镇 = 福星
?湾沟镇 石人镇 = 北山
?正岔街道 城墙街道 = 森工
?石人镇 大石人镇 = 石人镇光环村
?石人镇 = 石人大桥
- = 江源区|白山市|吉林省|吉林省白山市江源区|长春市朝阳区|长春|靖宇县|靖宇|靖宇县石人镇|抚松县松树镇
- = 吉林市船营区|浑江区
- = 白山市浑江区红旗社区|辽宁省大连市|大连|我家在长春市|沈阳|临江|通化市|北京市朝阳区和平里||。|不知道
- = 哈哈哈哈|12|220605
- = 220106001|三人镇|S01
"""
VILLAGE = """
石人镇大石棚子村 = 220605105203|大石棚|大石棚村|大石棚屯|大石棚子|大石棚子村|大石棚村委会|石人镇大石棚村
石人镇大石棚子村 = 石人大石棚
石人镇大石棚子村 = 白山市江源区石人镇大石棚村|吉林省白山市江源区石人镇大石棚子村|大石鹏村|大石蓬子村
石人镇大石棚子村 = 大石棚村二组|我家在大石棚村
石人镇大石棚子村 = 石人镇 大石棚 村|石人镇大石棚存|大石棚子春
石人镇北山社区 = 北山社区|石人镇北山|石人镇北山社区
湾沟镇北山村 = 北山村|湾沟镇北山|湾沟北山村
湾沟镇和平村 = 和平村|湾沟镇和平村
湾沟镇和平社区 = 和平社区|和平社区居委会
砟子镇育林新村 = 育林新村|育林新
城墙街道育林村 = 育林村|城墙育林村
大石人镇大石人村 = 大石人村|大石人镇大石人村|大石人镇大石人|大石人屯
大石人镇小石人村 = 小石人|小石人屯
大阳岔镇棒槌砬子村 = 棒槌砬子|棒槌砬|棒锤砬子村|棒槌拉子|棒槌子村
石人镇头道阳岔村 = 头道阳岔|头道洋叉村|头道羊岔
石人镇榆木桥子村 = 榆木桥|于木桥子村
松树镇头道村 = 头道|头道村
?湾沟镇和平社区 湾沟镇和平村 = 和平|和平屯|湾沟和平
?湾沟镇北山村 石人镇北山社区 = 北山|北山屯
?大石人镇大石人村 = 大石人
?大石人镇光环村 = 石人镇光环村
?松树镇富兴村 = 福星|福星村
?石人镇北山社区 湾沟镇北山村 = 石人镇北山村
- = 石人|石人镇|江源|220605105|长春市朝阳区和平村|靖宇县大石棚村|朝阳|长春|长春村||？|不清楚
"""
SCHOOL = """
白山市第七中学(协力校区) = 七中|7中|第七中学|第7中学|白山七中|白山市七中|市七中|七中学|白山市第七中学
白山市第七中学(协力校区) = 白山市第七中学(协力校区)
白山市第七中学(协力校区) = 白山市第七中学（协力校区）|第七中学协力校区|七中【协力校区】|７中|七中(协力校区)
白山市第七中学(协力校区) = 协力校区|S01|s01|江源七中
白山市第七中学(协力校区) = 孩子在七中上学|白山市第七初级中学
江源区实验小学 = 实验小学|江源区实验小学|区实验小学|白山市江源区实验小学|实小|区实小|江源实验小学|试验小学
江源区实验小学 = 实研小学
白山市第三中学 = 三中|第三中学|白山三中|白山市三中
石人镇中心小学 = 石人镇中心小学|石人中心小学|石人小学|石人镇小学|石人中心校|石人镇中心小学校
石人镇中心小学 = 江源区石人镇中心小学|石人真中心小学
石人镇初级中学 = 石人中学|石人镇中学|石人初中|石人镇初级中学
大石人镇中心小学 = 大石人小学|大石人中心小学|大石人镇小学
大阳岔镇九年一贯制学校 = 大阳岔学校|大阳岔镇学校|大阳岔九年制学校|大洋岔学校
湾沟镇第一小学 = 湾沟一小|湾沟镇一小|湾沟第一小学|湾沟镇第1小学
湾沟镇第二小学 = 二小|湾沟二小
林子头小学 = 林小|林子头小学|石人镇林子头小学
江源区第一小学 = 一小|区一小|第一小学|江源区一小
江源街道中心小学 = 江源街道中心小学|江源中心小学
砟子镇棒槌岭希望小学 = 棒槌岭希望小学|棒槌领希望小学|棒槌岭希旺小学|砟子棒槌岭希望小学
?白山市第九中学（江北校区） 白山市第九中学（江南校区） = 九中|第九中学
白山市第九中学（江南校区） = 九中江南校区|九中（江南校区）
?白山市第七中学(协力校区) = 七中(江北校区)
?江源区实验小学 = 石人实验小学|实验
?石人镇中心小学 大石人镇中心小学 江源街道中心小学 = 中心小学
?石人镇中心小学 石人镇初级中学 林子头小学 = 石人镇|石人
- = 长春市实验小学|通化市第七中学|靖宇县第三中学|七小|八中|小学|学校|中学||朝阳小学|长春七中|不知道
- = 大连市中心小学
"""


def table(lines: str) -> list[tuple[str, str]]:
    """Read lines of `expected = said|said`."""
    pairs = (line.split(" = ", 1) for line in lines.strip().splitlines())
    return [(said, expected) for expected, every in pairs for said in every.split("|")]


@pytest.mark.parametrize(("said", "expected"), table(TOWN))
def test_town(said: str, expected: str) -> None:
    assert names(PLACES.town(said)) == expected


@pytest.mark.parametrize(("said", "expected"), table(VILLAGE))
def test_village(said: str, expected: str) -> None:
    assert names(PLACES.village(said)) == expected


@pytest.mark.parametrize(("said", "expected"), table(SCHOOL))
def test_school(said: str, expected: str) -> None:
    assert names(PLACES.school(said)) == expected


@pytest.mark.parametrize(
    ("said", "town", "expected"),
    [
        ("北山", SHIREN, "石人镇北山社区"),
        ("北山", WANGOU, "湾沟镇北山村"),
        ("北山村", SHIREN, "?石人镇北山社区 湾沟镇北山村"),
        ("森工", "220605003", "正岔街道森工村"),
        ("大石人", DASHIREN, "大石人镇大石人村"),
        ("大石棚", SHIREN, "石人镇大石棚子村"),
        ("大石鹏", SHIREN, "石人镇大石棚子村"),
        ("光环村", SHIREN, "?大石人镇光环村"),
        ("大石人镇光环村", SHIREN, "?大石人镇光环村"),
        ("220605107200", SHIREN, "?大石人镇光环村"),
        ("湾沟", WANGOU, "湾沟镇湾沟村"),
        ("湾沟", "", "?湾沟镇湾沟村"),
        ("石人", SHIREN, "-"),
        ("靖宇县光环村", SHIREN, "-"),
    ],
)
def test_village_of_a_town(said: str, town: str, expected: str) -> None:
    assert names(PLACES.village(said, town)) == expected


@pytest.mark.parametrize(
    ("said", "town", "expected"),
    [
        ("中心小学", SHIREN, "石人镇中心小学"),
        ("中心小学", JIANGYUAN, "江源街道中心小学"),
        ("九中", SUNJIA, "白山市第九中学（江南校区）"),
        ("七中", SHIREN, "白山市第七中学(协力校区)"),
        ("实验小学", SHIREN, "江源区实验小学"),
        ("一小", WANGOU, "?湾沟镇第一小学 江源区第一小学"),
        ("石人小学", DASHIREN, "石人镇中心小学"),
    ],
)
def test_school_of_a_town(said: str, town: str, expected: str) -> None:
    assert names(PLACES.school(said, town)) == expected


def test_divisions() -> None:
    assert len(divisions()) == 10 + 31 + 60
    assert len({one.code for one in divisions()}) == len(divisions())
    for one in divisions():
        assert one.code.startswith(one.town)
        assert len(one.code) == {"town": 9, "village": 12}[one.level]
        assert PLACES.get(one.town) is not None


def test_every_place_is_found_by_its_own_words() -> None:
    for one in divisions():
        look = PLACES.town if one.level == "town" else PLACES.village
        for said in (one.code, one.name, PLACES.full_name(one.code), "江源区" + PLACES.full_name(one.code)):
            assert look(said) == FoundPlace(one), said
    for one in PLACES.villages():
        assert PLACES.village(one.name, one.town) == FoundPlace(one)
        assert PLACES.town(PLACES.full_name(one.code)).place == PLACES.get(one.town)
    for one in SCHOOLS:
        assert PLACES.school(one.name) == PLACES.school(one.code) == FoundPlace(one)


def test_same_name_in_two_towns() -> None:
    towns = [Place("220605101", "东镇", "town", "220605101"), Place("220605102", "西镇", "town", "220605102")]
    villages = [Place(f"{town.code}201", "和平村", "village", town.code) for town in towns]
    twice = Places([*towns, *villages])
    assert twice.village("和平村") == FoundPlace(None, tuple(villages))
    assert twice.village("和平村", "220605102") == twice.village("西镇和平") == FoundPlace(villages[1])
    assert twice.town("和平村") == FoundPlace(None, tuple(towns))


def test_listing_and_names() -> None:
    assert PLACES.name(SHIREN) == PLACES.full_name(SHIREN) == "石人镇"
    assert PLACES.full_name("220605105203") == "石人镇大石棚子村"
    assert PLACES.name("220605105203") == "大石棚子村"
    assert PLACES.name("nowhere") == PLACES.full_name("nowhere") == "nowhere"
    assert PLACES.get("nowhere") is None
    assert len(PLACES.towns()) == 10
    assert len(PLACES.villages()) == 91
    assert {one.town for one in PLACES.villages(SHIREN)} == {SHIREN}
    assert [one.code for one in PLACES.schools(SHIREN)] == ["S04", "S05", "S10"]


def test_no_places() -> None:
    empty = Places([])
    for look in (empty.town, empty.village, empty.school):
        assert look("石人镇大石棚村") == look("") == look("江源") == FoundPlace(None)


FRAGMENTS = st.lists(
    st.sampled_from(
        [*"石人镇村大小第七中学(）江源区市省", *(one.name for one in divisions()[:30]), "协力校区"]
    )
).map("".join)


@given(st.text() | FRAGMENTS, st.none() | st.sampled_from([SHIREN, "", "x"]))
def test_any_text(said: str, town: str | None) -> None:
    for found in (PLACES.town(said), PLACES.village(said, town), PLACES.school(said, town)):
        assert found.place is None or not found.candidates
        assert len(set(found.candidates)) == len(found.candidates) <= MOST


def test_work_grows_neither_with_the_schools_nor_with_what_is_said() -> None:
    def asked(places: Places) -> list[int]:
        return [
            calls(lambda: places.town("石人镇")),
            calls(lambda: places.town("哈" * 5000)),
            calls(lambda: places.village("棒槌砬大村")),
            calls(lambda: places.school("棒槌岭希旺小学")),
        ]

    more = [Place(f"M{n}", f"石人镇第{n}希望小学", "school", SHIREN) for n in range(400)]
    few = asked(Places([*divisions(), *SCHOOLS]))
    assert asked(Places([*divisions(), *SCHOOLS, *more])) == few
    assert calls(lambda: Places([*divisions(), *SCHOOLS]).town("哈" * 10_000)) == calls(
        lambda: Places([*divisions(), *SCHOOLS]).town("哈" * 5000)
    )

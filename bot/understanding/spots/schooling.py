"""Find inside a message which year and class a child is in, and how far it is to school."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import islice

from bot.understanding.facts.found import Fact, taken
from intake.language import spoken
from intake.language.patterns import regex
from intake.language.text import NUMERAL, number, positional

_MOST = 40
"""Years or distances of one message that are looked at; it bounds the work on hostile text."""
_BEFORE = 14

_YEARS = "一二三四五六七八九"
_BAN = f"(?:[0-9]{{1,2}}|[{_YEARS}]?十[{_YEARS}]?|[{_YEARS}])"
_MARKED_BAN = rf"(?:[(（] ?{_BAN} ?[)）] ?班?|[.,，、 -]?{_BAN}班)"
# 一年 alone is a duration; with a class behind it it is a year of school, as in 三年二班, 3.2班 and 七(1)班.
_GRADE = regex(
    rf"初中?(?P<junior>[一二三1-3])(?:年[级纪及]|年(?={_MARKED_BAN})|(?![0-9一二三四五六七八九十月号]*[年月天个])(?={_MARKED_BAN})"
    r"|(?![0-9年直样个人起下到看见听共定次般道心声家步口点]))"
    rf"|小学?(?P<primary>[一二三四五六1-6])(?:年[级纪及]|年(?={_MARKED_BAN})|(?={_MARKED_BAN})|(?=新生))"
    rf"|(?<![0-9零〇十{_YEARS}第])(?P<year>[1-9{_YEARS}]) ?(?:年 ?[级纪及]|年(?=的?{_MARKED_BAN}|组))"
    rf"|(?<![0-9零〇十{_YEARS}年月号日第.(（-])(?P<bare>[1-9{_YEARS}])(?=[(（]{_BAN}[)）]班?|[.-]{_BAN}班|[{_YEARS}]班(?![车倒次]))"
)
_NO_JUNIOR = regex("[当最起]$|[月腊]$|大年$|过年$|正月")
_NO_GRADE = regex(
    r"(?:高中?|大学?|中专|技校|职高|职中|学前|研|[十零〇])$|[一二三四五六七八九1-9](?:年[级纪]?)?[-~至到、和或]$"
    r"|(?:从|打|自从?|当年|以前|小时候)(?:上|念|读)?$|[几哪]$"
    "|(?:小时候|那时候|那会儿?|我自己|当年)[^，,。！？；]{0,10}$"
    "|(?:[我俺咱]|(?:[他她孩]子?)?(?:爸爸?|妈妈?|爹|娘|爷爷?|奶奶?|大人))(?:也|就|才|只|都|自己|当年){0,3}(?:念|读|上)(?:到|了|过|完)$"
)
_OTHERS = regex(
    "的?(?:那)?(?:几个|[一这那]帮|[一这那]群|[两三四五俩仨](?:三)?个?(?:大?(?:孩子|男生|女生|学生|小子)|人)|大孩子|大个子|[男女]生(?=们|[^，,。！？]{0,6}(?:把|打|揍|欺负|堵|抢|要钱|踹|骂|掐|推|总|老|天天|扇|围))|坏小子|把(?:[他她我俺]|孩子))(?!身上|的?(?:家长|爸|妈|老师))"
    "|的?(?:[一那]?个)?(?:大?孩子|学生|小子|男孩|女孩)[^，,。！？]{0,3}(?:把|打|欺负|堵|抢|要钱|踹|骂|掐|推|揍|总)"
    "|的?(?:学生|同学|孩子)?(?:给)?(?:打|揍|欺负|堵|踹|削)了?"
)
"""What follows the year of those who beat the child."""
_LITTLE_ONE = regex(
    "(?:小|二|老)(?:孙女|孙子|儿子|闺女|丫头|姑娘|的|小子|外孙女?)[^。！？]{0,6}$|(?:再一个|另一个|还有一?个|二是|老二|一个是)[^。！？]{0,10}$"
)
_BIG_ONE = regex(
    "大(?:孙女|孙子|儿子|闺女|丫头|姑娘|的|小子|外孙女?)|老大|(?<![我俺他她])一个(?!人|月|学期|星期|礼拜)|一是"
)
"""Of two children the first is meant."""
_SIBLING = regex(
    "(?:哥哥?|姐姐?|弟弟?|妹妹?|他哥|别人家?|人家|邻居家?|同桌|同龄(?:人|的?孩子们?)|一般大(?:的?孩子)?|同岁的?|别的孩子|其他孩子)(?:的?孩子)?家?(?:都|也|已经|今年|现在|[\ue000-\uf8ff在上念读是刚正过]){0,12}$"
)
_NO_GRADE_AFTER = regex(
    rf"(?:的?时候|那年|那会|以上|以下|以前|之前|[-~至到、和或]{{1,2}} ?[{_YEARS}1-9初]|毕业(?!班)|起|开始)"
)

_SIGN = taken("grade")
_CLASS = regex(
    rf"{_SIGN}(?:的|[,，、. ]|组)?第?(?:(?:[(（-] ?)?(?P<number>{_BAN}) ?[)）]? ?班|[(（](?P<marked>{_BAN})[)）]"
    r"|(?P<letter>[A-Ha-h]班)|的?(?P<named>(?:实验|重点|火箭|特教|尖子|英才|宏志|启智|培智|普通|快|慢|特长|体育|艺术)班))"
)
_CLASS_ALONE = regex(
    rf"(?:(?<=[在是读念校学中小们{taken('school')}，,、。 :：])|^)第?[(（]?(?P<number>{_BAN})[)）]?班"
    "(?![车次岗倒公客大飞火地校线])(?=[的有里]|学生|同学|班主任|老师|[，,。、！!？? ]|$|[\u4e00-\u9fff]{2,3}(?:[，,。 ]|$|没|同学))"
)
_NAMED_ALONE = regex("(?<=在)(?P<named>(?:实验|重点|特教|启智|培智|尖子)班)")

_AMOUNT = f"[{NUMERAL}]{{1,8}}(?:点[{_YEARS}1-9]{{1,2}})?"
_DISTANCE = regex(
    rf"(?<![{NUMERAL}第每几点])(?P<far>(?P<n>{_AMOUNT})(?:[多来几余]|上下)?(?:[-~至到、]{_AMOUNT})?[多来几余]?个? ?"
    r"(?P<unit>公里|公理|千米|km|KM|Km|华里|里|米|m(?![a-z]))(?P<half>半(?!路))?)(?:来|多(?!少))?"
)
_POINT = regex(f"([{NUMERAL}]+)点([{_YEARS}1-9]{{1,2}})")
_NOT_INSIDE = regex(
    r"[面头边屯村沟甸河铺庙店坡桥岭程/每]|[以之]?内|以?外(?!的?(?:镇|学校|村|乡|小学|中学|中心|那个|\ue001)|上学|念书|读书)|范围|的?才[让能给可许]|以上|以下|的(?:孩子|学生|人|都|家庭|那?些)?(?:[才就]|可以|能|不让|不给|不许)|[远]?就?(?:能|可以)坐|(?:多少|几)[块钱]|[0-9一二三四五六七八九十]"
)
_ROAD = regex("[离距远路道走]|[到去]学?校|上学")
_NO_ROAD = regex(
    "下了?(?:公交|客车|校车|车)[^，。！？]{0,6}$|[多再]开$|进屯子?[^，。！？]{0,4}$|未达$|不到$|来回|往返|限速|时速|身高|跑步|长跑|[高宽深]$|第$|每$|个头|个子|买|(?:打工|外地|老家)[^，。！？]{0,4}$"
)
_ROUND_TRIP = regex(
    "(?:来回|往返|一来一回|一去一回)(?:[一这两]?趟|路程|共|一共|总共|加一?起|得|要|走|有|能|就|是|都|骑|跑|的|将近|差不多|大概|足足|快|大约|[ ，,])*$"
)
_ROUND_TRIP_AFTER = regex("地?的?(?:[一打]?个)?(?:来回|往返)(?=[，,。！ ]|$)")
_LIES_OUTSIDE = regex("(?:家|学校|住)(?:都|就)?[在搁]$|隔着?$|搬到$")
_OUTSIDE = regex("以?外(?=[，,。！ ]|$)")
_OWN = regex(
    "(?:[我俺咱]们?家?|[我俺咱]们?(?:家|村|屯)(?:离(?:学校|那))?)(?:才|就|是|有|刚|差|正好|都|整整)*$"
)
_FROM_ELSEWHERE = regex(
    "[离距到](?:我家|家|我们|俺们|这)?(?:最近的?)?(?:客?车站|站点|站|公路|道边|大道|县城|县里|市里|市区|城里|街里|医院|派出所|镇政府|火车站)[^，。！？]{0,5}$"
)
_SCHOOL = regex(f"学校|校|上学|{taken('school')}")
_FARTHEST = 100
"""Kilometres; what is farther is not the way to school."""


def read_schooling(text: str, today: date) -> Iterator[Fact]:
    """Find the year and the class of the child, in this order."""
    grades = list(read_grade(text, today))
    yield from grades
    for one in grades:
        text = text[: one.start] + _SIGN * (one.end - one.start) + text[one.end :]
    yield from read_class(text, today)


def read_grade(text: str, today: date) -> Iterator[Fact]:
    """Find 一年级 … 九年级 as the child's own year; not a brother's, a range of years or 高一."""
    for match in islice(_GRADE.finditer(text), _MOST):
        before = text[max(0, match.start() - _BEFORE) : match.start()]
        if _NO_GRADE.search(before) or _SIBLING.search(before) or _NO_GRADE_AFTER.match(text, match.end()):
            continue
        if _OTHERS.match(text, match.end()) or _second(text, before, match.start()):
            continue
        if match["junior"] and _NO_JUNIOR.search(before[-2:]):
            continue
        said = match["junior"] or match["primary"] or match["year"] or match["bare"]
        year = int(positional(said)) + (6 if match["junior"] else 0)
        yield Fact("grade", f"{_YEARS[year - 1]}年级", match.start(), match.end())


def _second(text: str, before: str, start: int) -> bool:
    """Tell whether a year is that of a younger child beside the one that is written of."""
    little = _LITTLE_ONE.search(before)
    return (
        little is not None and _BIG_ONE.search(text, 0, start - len(before) + little.start() + 1) is not None
    )


def read_class(text: str, today: date) -> Iterator[Fact]:
    """Find 2班 or 实验班, behind the year, which is covered, or clearly alone."""
    for pattern in (_CLASS, _CLASS_ALONE, _NAMED_ALONE):
        for match in islice(pattern.finditer(text), _MOST):
            said = match.groupdict()
            key = next(key for key in ("number", "marked", "letter", "named") if said.get(key))
            count = number(said[key]) if key in ("number", "marked") else None
            name = said[key].upper() if count is None else f"{count:.0f}班"
            if count != 0:
                yield Fact("class_name", name, match.start(key), match.end())
        if pattern.search(text):
            return


def read_distance(text: str, today: date) -> Iterator[Fact]:
    """Find how many kilometres it is to school: 里 is half a kilometre, of a range the lower end counts."""
    found: list[tuple[int, Fact]] = []
    for match in islice(_DISTANCE.finditer(text), _MOST):
        clause = re.split("[，,。！？!?；;\n]", text[max(0, match.start() - 20) : match.start()])[-1]
        around_trip = _around(text, match)
        if _elsewhere(text, match.end(), clause) or (_NO_ROAD.search(clause) and not around_trip):
            continue
        around = clause + text[match.end() : match.end() + 6]
        if "几" in match["far"]:
            continue  # 十几里 and 几十里 are no number
        if match["unit"] in ("米", "m", "千米") and not _ROAD.search(around):
            continue
        said = match["far"].replace(" ", "").replace("公理", "公里").replace("个", "")
        said = _POINT.sub(_with_point, said)
        km = spoken.distance_km(said)
        if km and around_trip:
            km = round(km / 2, 2)
        if km and km <= _FARTHEST and not said.startswith(("千里", "万里", "百里")):
            rank = 0 if _OWN.search(clause) else 1 if _SCHOOL.search(clause) else 2
            found.append((rank, Fact("distance_km", km, match.start(), match.end("far"))))
    yield from (one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].start)))


def _around(text: str, match: re.Match[str]) -> bool:
    """Tell whether a distance is there and back."""
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    return bool(_ROUND_TRIP.search(before) or _ROUND_TRIP_AFTER.match(text, match.end()))


def _elsewhere(text: str, end: int, clause: str) -> bool:
    """Tell whether a distance is a rule's, a speed, or to something else than the school."""
    if _OUTSIDE.match(text, end) and _LIES_OUTSIDE.search(clause):
        return False
    return bool(_NOT_INSIDE.match(text, end) or _FROM_ELSEWHERE.search(clause))


def _with_point(said: re.Match[str]) -> str:
    """Write 三点八 as 3.8."""
    whole = number(said[1])
    return said[0] if whole is None else f"{whole:.0f}.{positional(said[2])}"

"""Answers that stand in a free message besides the named facts: what a clerk would have heard, too.

Each rule fills a key of the declarations, with words that its field reads. Only clear words count;
what is unclear is asked.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from bot.understanding.facts.found import Slot
from intake.language.patterns import regex

_AWAY = r"(?:打工|务工|干活|上班|外地|外头|外面|外出|出门|南方|不在家|没在家|不在身边|进城)"
_GAP = r"[^，。！？；,.!?;]{0,8}"
_BOTH = regex(
    rf"(?:[我俺](?:和|跟|与)(?:他|她|孩子)?(?:妈|爸|爹|娘|媳妇|对象|老公|老婆)|[我俺咱]们?俩口?子?|两口子|[他她]?爸妈|父母(?:双方)?"
    rf"|爹妈|[他她]?爸[他她]?妈|爸爸妈妈|儿子儿媳妇?|闺女女婿){_GAP}{_AWAY}"
)
_FATHER = regex(rf"(?:[他她]爸|孩子(?:他|她)?爸|爸爸|父亲|爹){_GAP}{_AWAY}")
_MOTHER = regex(rf"(?:[他她]妈|孩子(?:他|她)?妈|妈妈|母亲|娘){_GAP}{_AWAY}")
_AWAY_PLACE = regex(r"(?:在|去|上|到)([\u4e00-\u9fff]{2,8}?)(?:那边|那儿|那面)?(?:打工|务工|干活|上班|工地)")
_PLACES_OF = regex("[家他她它我俺这那校学村镇]|外地|外头|外面")

_NO_LEAVE = regex(
    r"(?:没|没有|未|也没|都没|不)(?:跟|和|向|给)?[^，。；]{0,6}(?:请假|打招呼|请过假)|没请(?=$|[，。；！,. 啊呀呢过的])|请(?:个|的)?(?:啥|什么|哪门子)假|旷课|逃学|没说一声|没告诉老师|没(?:跟|和)(?:老师|学校|班主任)说"
)
_LEAVE = regex(r"请(?:了|过|完|好)?[^，。；没]{0,5}?假")
_TODAY = regex(r"今(?:天|儿|早|日)[^，。；]{0,8}(?:没|未|不)[^，。；]{0,4}(?:来|去|到|上学|上课|见)")
_START = regex(r"(明|后|大后)(?:天|儿|日)")

_ENTRY = (
    ("转入", regex("转学|转过?来|转回|转到|转入|插班|转校")),
    ("初中一年级新生", regex("小升初|升初中|上初一|上初中|升初一|六年级毕业|小学毕业")),
    (
        "小学一年级新生",
        regex("上一年级|上小学|小学一年级|念一年级|幼升小|小学报名|报一年级|一年级新生|一年级报名"),
    ),
)
_BASIS = (
    ("居住证", regex("居住证|暂住证")),
    (
        "房产",
        regex(
            "(?:房子?|楼)(?:是)?(?:自己|我们|俺们|自家|咱家)?买|按房产|买了?[^，。]{0,3}(?:房|楼)|房产|房照|房本|购房|不动产证"
        ),
    ),
    ("投靠亲属", regex("投靠|投亲")),
    (
        "户籍",
        regex("按户[籍口]|户口(?:就|也|都)?(?:在|是)(?:本地|这|当地|咱|江源|镇上|村里)|本地户口|江源户口"),
    ),
)
_PROBLEM = (
    ("被要求额外交费", regex("(?:还|又|让|叫|要求|非得?)[^，。]{0,5}交[^，。]{0,6}(?:钱|费|元|块)|乱收费|额外(?:交|收)")),
    ("账户有误", regex("(?:卡号|账号|账户|户名|银行卡|卡)[^，。]{0,4}(?:错|不对|有误|注销|打错)")),
    ("被停发", regex("停(?:发|了|掉)|给(?:断|取消)了|取消了|(?:今年|这学期|现在)(?:就)?(?:不给|不发|没)了")),
    ("金额不符", regex("(?:少|差)(?:发|给|了)|不够数|数不对|金额[^，。]{0,3}(?:不对|不符)|钱数不对|只(?:发|给|打)了?[0-9一二三四五六七八九十百千]")),
    ("未申请上", regex("没(?:给)?(?:批|评上|申请上|申请下来|选上|通过|报上)|不(?:给)?批|被刷|没有?俺家|没有?我家|没我们")),
    ("不知道怎么申请", regex("(?:怎么|咋|如何|上哪|找谁|去哪|哪)[^，。]{0,4}(?:申请|办|领|报)|不知道[^，。]{0,6}(?:申请|办)|想申请|要申请|能申请|能不能(?:申请|领|办)")),
    ("已批未发", regex("(?:没|未|没有|不见)[^，。没]{0,4}(?:发|到账?|收到|打|下来|见着|给|领到)|(?:没|未)动静|拖着不|迟迟")),
)  # fmt: skip
_TRAVEL = (
    ("步行", regex("走(?:着|路)[^，。]{0,3}(?:上学|去|走|上)|走路上下?学|步行")),
    ("校车", regex("坐(?:着)?校车(?:上学|去|来)")),
    ("公交", regex("坐(?:公交|客车|大客|班车|通勤)")),
)
# That a child is safe is nothing to be read out of a sentence: 现在安全个屁.
_SAFE = (("否", regex("(?:现在|目前|人|还)(?:还|也)?(?:不安全|没脱离危险|有危险|在危险)")),)
_END = r"(?=的?(?:，|。|；|$|[ ,;]))"
_HOUSEHOLD = regex(
    r"(?:户口|户籍)(?:本|地址?|所在地)?(?:上)?(?:已经?|刚|才|早就?|都|也|还|现)*(?:[是在：:]|[落迁转]在|[落迁转](?:到|来|进))*[：: ]?(?:老家(?=[\u4e00-\u9fff]{2,8}[省市县]))?(?!在|哪|本地|这|外地|外省|农村|老家|咱|不|没|转|入学|能|问题)"
    rf"((?:(?![租住转迁])[\u4e00-\u9fff0-9-]){{1,30}}?[省市县区镇乡村屯号路道街委组](?:(?![租住转迁])[\u4e00-\u9fff0-9-]){{0,20}}?)了?{_END}"
)
_RESIDENCE = regex(
    r"(?:现住址|现在住|现住|住址|租房住?|租住|家住|家在|住)(?:[是在：: ])*([\u4e00-\u9fff0-9-]{2,30}?"
    rf"(?:村|社区|屯|小区|号|楼|组|单元|委|街道|镇|街|路)){_END}"
)
_BOARDS = (
    ("否", regex("不(?:想|用|要|需要)?住(?:校|宿)|走读")),
    ("是", regex("(?:想|要|申请|需要|打算)[^，。]{0,3}(?:住校|住宿|寄宿)")),
)
_SUM = (
    "((?:[0-9][0-9.]{1,6}+|[一二两三四五六七八九]?[十百千][一二两三四五六七八九十百千零]{0,7}+)(?:块|元)?)"
    "(?![0-9多来几余]|左右|天|个|月|年|号|人|次|回|岁|班|里|斤|分)"
)
_SUMS = (
    ("amount_due", regex(f"(?:应该?|本该|该|说好|标准)(?:是|给|发|得|领|拿|打)*(?:[我俺他她]们?家?|孩子|娃|的)*{_SUM}")),
    ("amount_paid", regex(f"(?:只|才|就|实际|实|到手|到账)+(?:给|发|打|到|领|拿|有|收)*(?:了|到|手|账|[我俺]们?家?)*{_SUM}")),
)  # fmt: skip
"""What is due and what came, where the number is exact: 三百多 is none."""
_WHEREABOUTS = regex(
    r"(?:人|孩子|他|她|现在|成天|天天|整天|就|一直|都)+(在家(?:里)?(?:待着|呆着|呢|玩手机|打游戏|躺着|干活|猫着)?|在网吧|[去上在][\u4e00-\u9fff]{2,6}?(?:打工|干活|上班)(?:去了|呢)?)"
)
_A_SCHOOL = "(?:小学|中学|学校|[一二三四五六七八九十]中|校区)"
_NAMED = f"(?P<school>(?:(?![在上从到转去想])[\u4e00-\u9fff0-9]){{2,20}}?{_A_SCHOOL})"
_FROM_SCHOOL = regex(
    f"(?:从{_NAMED}(?=[^，。；,;]{{0,8}}[，, 。]?[^，。；]{{0,8}}(?:转(?!告)|插班|过来|想[去上来到])))"
    f"|(?:(?:以前|原来|原先|之前|一直|现在|目前|本来|孩子|娃|他|她)*[在是](?!本地|这){_NAMED.replace('school', 'left')}"
    "(?=(?:[上念读就]|[一二三四五六七八九初小]|的)?[^，。；,;从]{0,8}[，, 。]?[^，。；从]{0,8}"
    f"(?:(?<![没不未])转(?![告来过回])|插班|(?<![没不])想[去上来到][\u4e00-\u9fff0-9]{{2,16}}?{_A_SCHOOL})))"
)
"""从A小学转来, 在A小学念三年级，想转到B小学; who is at A小学 and 不想上学了 leaves it for no other."""
_TO_SCHOOL = regex(
    "(?:转|去|上|到|插班)(?:学|校|到|去|入|进|回|来)*(?P<school>(?:(?![上从转想])[\u4e00-\u9fff0-9]){2,20}?(?:小学|中学|学校|[一二三四五六七八九十]中|校区))"
)
_ALONE = "(?:^|[，,。；;、 ])(?:孩子|娃)?(?:性别)?[:：是]?{}(?:的|孩|孩子|生|娃)?(?=$|[，,。；;、 ])"
_SEX = (
    (
        "男",
        regex(
            _ALONE.format("男") + "|儿子|孙子|外孙(?!女)|小子|男孩|男生|外甥(?!女)|侄子|侄儿|弟弟|[堂表]弟"
        ),
    ),
    ("女", regex(_ALONE.format("女") + "|闺女|女儿|孙女|丫头|女孩|女生|姑娘|侄女|外甥女|妹妹|[堂表]妹")),
)
_GROWN = regex(
    f"(?:闺女|女儿|姑娘|儿子)(?:女婿|儿?媳妇?儿?|们|俩)?(?=的?(?:{_GAP}{_AWAY}|[^，。；,;]{{0,4}}(?:微信|电话|手机|号|离婚|离了|没了|走得早|[0-9]{{7}})))"
)
"""A grandmother's own daughter or son, who is no child of school."""

_Rule = Callable[[str, date], str | None]


def read_extras(said: str, today: date) -> Mapping[str, Slot]:
    """Give further answers by key of the declarations."""
    return dict(_extras(said, today))


def _extras(said: str, today: date) -> Iterator[tuple[str, str]]:
    for key, table in _TABLES.items():
        if word := _first(table, said):
            yield key, word
    of_child = _GROWN.sub("", said)
    sexes = [word for word, pattern in _SEX if pattern.search(of_child)]
    if len(sexes) == 1:
        yield "sex", sexes[0]
    both = bool(_BOTH.search(said))
    if both or _FATHER.search(said):
        yield "father_away", "是"
    if both or _MOTHER.search(said):
        yield "mother_away", "是"
    for key, pattern in (
        ("household_place", _HOUSEHOLD),
        ("residence", _RESIDENCE),
        ("whereabouts", _WHEREABOUTS),
        *_SUMS,
    ):
        if match := pattern.search(said):
            yield key, match[1]
    if before := _FROM_SCHOOL.search(said):
        yield "from_school", before["school"] or before["left"]
        if target := _TO_SCHOOL.search(said, before.end()):
            yield "school", target["school"]
    place = _AWAY_PLACE.search(said)
    if place and not _PLACES_OF.search(place[1]) and (both or _FATHER.search(said) or _MOTHER.search(said)):
        yield "away_place", place[1]
    if _NO_LEAVE.search(said):
        yield "on_leave", "否"
    elif _LEAVE.search(said):
        yield "on_leave", "是"


def last_day(said: str, today: date, leave: bool) -> date | None:
    """Give the last day at school where the words imply it: 今天没来 is yesterday, 明天请假 is today."""
    if leave and _START.search(said):
        return today
    if leave or _TODAY.search(said):
        return today - timedelta(days=3 if today.weekday() == 0 else 2 if today.weekday() == 6 else 1)
    return None


def _first(table: tuple[tuple[str, re.Pattern[str]], ...], said: str) -> str | None:
    return next((word for word, pattern in table if pattern.search(said)), None)


_TABLES = {
    "entry": _ENTRY,
    "basis": _BASIS,
    "problem": _PROBLEM,
    "travel": _TRAVEL,
    "safe_now": _SAFE,
    "boards": _BOARDS,
}

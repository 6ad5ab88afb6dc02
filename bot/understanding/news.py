"""News of what was reported: the child is back at school, it was found, the money came, nobody need look any more.

What is asked, wished, feared, to come or denied is no news; 回去了又跑了 is news of the contrary.
"""

from dataclasses import dataclass

from intake.language.patterns import regex

BACK, DONE, FOUND, AWAY = "back", "done", "found", "away"
LONGEST = 80

_CUT = regex(r"[，,。；;！!、\s]+")
_ASKS = regex(
    "[?？]|吗|么(?!多|着)|怎么|咋|如何|啥|什么|哪|谁|多少|能不能|可不可以|行不行|要不要|用不用|需不需要|是不是|有没有|手续|条件|请问|呢[?？]?$(?<!着呢)(?<!学呢)(?<!课呢)(?<!书呢)(?<!校呢)"
)
_NOT_YET = regex(
    "(?<![不只])要(?:去|来|回)|想让|让(?:他|她|孩子|娃)|叫(?:他|她|孩子|娃)|劝(?![了回好通过动成服说住])|希望|盼|求|帮|要是|如果|假如|万一|等(?:他|她|孩子|病|好)|打算|准备|计划|商量|答应|同意|保证|说要|说想|[明后]天|明早|明儿|下(?:周|星期|礼拜|个?月|学期)|过[几两一]?(?:天|阵)|以后|早晚|迟早|必须|应该|该|得(?:去|回)|快(?:点|去|回)|别"
    "|好像|可能|听说|不知道|也许|估计|大概|说是|没准|不确定|真的假的|骗|假装|不然|否则|才(?:能|肯)"
)
_AWAY = regex(
    "[还也一直]+(?:是)?没(?:有)?(?:回|去|来|上(?!账)|到(?!账|款|手|位|达))|[又再](?:是)?(?:跑|走|不(?:去|来|上|念|肯|想|见)|没(?:去|来|上|回|到|影|人|见)|逃|溜|旷|回家)"
    "|(?:去|上|回去|待|念)了?(?:不到)?[一半两几三](?:个)?(?:天|节课|上午|早上)(?:就|又|，)|没(?:过)?[几两](?:天|日)[又就]|根本没(?:回|去|来)|还没(?:有)?(?:回|去|来|到)"
)
_LAST_SEEN = regex("还(?:在|去|来|上|到)|(?:之前|以前|原来|本来|上学期|去年)[^，。]*(?:上学|念书|去)")
_AT_SCHOOL = "(?:上学|上课|念书|读书|学习|念|读)"
_BACK = regex(
    f"(?:回|返)(?:去|到|了|来)*(?:学校|学堂|校|班里?|课堂|教室)里?|回去(?:了|{_AT_SCHOOL})|返校|复课|复学|到校|入校|[进坐][到回了进在]*(?:教室|课堂|校门)"
    f"|(?:去|来|上|到)了?(?:学校?|校|{_AT_SCHOOL}|学堂)(?:里|去|{_AT_SCHOOL})*(?:了|啦|呢)|{_AT_SCHOOL}(?:去|上|着|来)?(?:了|呢|着呢|啦)"
    f"|(?:又|在|正|重新|接着|继续|照常|正常|开始|天天|按时)+(?:能|可以|都|去|来|在|好好)?(?:{_AT_SCHOOL}|学校|教室)"
    "|送(?:到|去|回|进|他|她|孩子|娃)*(?:学校|学|校)[里去]?了|(?:肯|愿意?|乖乖|自己|又|已经|今[天早儿]|早上|上午|昨[天儿]|刚刚?|都)[^，不没]{0,3}去了|背(?:着|上)?书包[^，]{0,4}[去走]了|坐教室|(?:今[天早儿]|早上|上午|昨[天儿]|刚|已经|自己|又)[^，不没]{0,3}[去到回来上]的(?:学校?|校)"
)
_ERRAND = regex(
    "(?:学校|学|校)(?:里)?(?:拿|取|找|办|开会|看|接|闹|问|要|跟|和|搬|收拾|退|转|反映|谈|说|交|报名|登记)|(?:拿|取)[^，]{0,4}(?:书|东西|行李)|开(?:家长)?会|学校(?:门|附近|旁|外|边|见)|[被挨]|欺负|住校|住宿|打(?!车|的)|赶|撵|劝退"
)
_ADULT = regex(
    "^(?:刚才?|今天|早上|上午|已经|昨天)*(?:我|俺|我们|俺们|咱|(?:他|她|孩子)?(?:爸|妈|爷|奶|姥)[爸妈爷奶姥爷]?|老师|班主任|校长|大人|他哥|他姐|哥哥|姐姐|弟弟|妹妹|别的|别人|邻居|其他|同学)[^，孩娃儿孙]{0,5}(?:去|到|来|回|上|在|念|读)"
)
_OF_CHILD = regex(
    "我家|俺家|我的?(?:孩子|儿|女|闺|孙)|俺(?:孩子|儿|女|闺|孙|娃)|[我俺](?:大|小|二)?(?:孙|儿|女|闺)|[送领带]|把(?:他|她|孩子|娃)"
)
_DONE = regex(
    "(?:不|甭|别)(?:用|要|必)?(?:再|你们|您|您们|麻烦|老师|去|来)*(?:管|找|查|问|来(?=了)|操心|跟进|联系|惦记|跑|过来|打电话|忙活|费心)(?:他|她|我们|俺们|这事|这个|啦|了|吧)+"
    "|(?:事|事情|问题|这事|那事|情况|困难|登记|的事)?(?:儿)?(?:已经|都|也|自己|现在|算是|全)*(?:解决|处理|搞定|摆平|办妥|办好|办完|弄好|弄妥|处理好|解决好)(?:好|妥|完)?(?:了|啦)"
)
_FOUND = regex(
    "(?:找|寻)(?:着|到|见|回来?|回)了?|(?:自己|已经|刚|人|孩子|他|她|平安)*(?:回家|回来|到家|平安|脱险)了|(?:孩子|人|他|她|现在)+(?:没事|安全|平安)了"
)
_GOT = (
    ("subsidy", regex(
        "(?:补助|助学金|钱|款|生活费|资助|补贴|营养餐|学费|费)[^，不没未]{0,8}(?:发|到|下来|打|收|领|拿|补|退|给|批)[^，不没未少]{0,5}(?:了|啦)"
        "|(?:收到|领到|拿到|发下来|打过来|到账|批下来)了"
    )),
    ("boarding", regex(
        "(?:宿舍|床位|铺位|住校|住宿|寄宿|校车|午[餐饭]|座位)[^，不没未]{0,6}(?:安排|分|解决|办|有|通|住|坐|开|吃|落实|批)[^，不没未]{0,4}(?:了|啦)"
        "|(?:给)?(?:安排|分)(?:好|上|到|下来)?(?:宿舍|床位|住处|校车)[^，不没]{0,3}了?|住(?:上|进)(?:校|宿舍|学校|去)*里?了|坐上(?:校)?车了"
    )),
    ("enrollment", regex(
        "(?:入学|报名|学籍|转学|录取|名|手续)[^，不没未]{0,5}(?:办|解决|入|报|录|转|批|下来|弄|妥|落)[^，不没未错]{0,4}(?:了|啦)"
        "|(?:已经|都|也|顺利|终于)*(?:入学|报上名|报上|录上|上上学|转过去|转成|办成|录取)了|(?:学校)?(?:收下?|接收|要)(?:他|她|孩子|我们|俺们)了"
    )),
)  # fmt: skip
_BUT = regex("但|可是|可就是|不过|[少差错]|一半|不够|不对|结果")
_NO = regex("[没不未别甭]")
_FINE = regex(
    "没(?:有)?(?:用|靠|劳)(?:着|上|得着)?(?:你们|您们?|老师|谁|别人)|不(?:用|再|想)?(?:麻烦|打扰|劳烦)(?:你们|您们?|老师|大家|领导)*了?|没事|没(?:啥|什么)事|不用|不必|没问题|没毛病|不闹|不哭|不发烧|不烧|不疼|不难受|不犟|不打游戏"
)
_DAY = regex("昨[天日儿]|前天|[上这]?(?:周|星期|礼拜)[一二三四五]")


_POLITE = regex(
    "(?:不(?:用|再|想)?(?=麻烦|打扰|劳烦)|打扰|劳烦|谢谢?|感谢|多谢|辛苦|您好|你好|老师|领导|同志|[您你]们?|麻烦|不好意思|病|(?:感冒|烧|身体)|退|利索|全|也|了|好的?|嗯|是的?|行|放心吧?|跟|和|给|说|告诉|一声|一下|下|啊|呀|吧|我|俺|家|孩子|娃|今[天早]|那个?|之前|报的?|登记的?|事)*"
)


@dataclass(frozen=True, slots=True)
class News:
    """What is new, of which kind of report where the words tell, and since which day.

    `only` says that nothing else was said.
    """

    what: str
    kind: str = ""
    day: str = ""
    only: bool = True


def read_news(said: str) -> News | None:
    """Give the news that a message without names holds, or None."""
    if len(said) > LONGEST or _ASKS.search(said):
        return None
    beside = _DONE.sub("", said)
    if _AWAY.search(beside):
        return News(AWAY, only=False)
    if _NOT_YET.search(beside) or _BUT.search(beside):
        return None
    clauses = [one for one in _CUT.split(said) if one]
    found = [(one, _of_clause(one)) for one in clauses]
    what = next((news for _, news in found if news), None)
    if what is None or any(_says_no(one) for one, news in found if not news):
        return None
    other = [one for one, news in found if not news and not _POLITE.fullmatch(one)]
    day = _DAY.search(said)
    return News(what[0], what[1], day[0] if day else "", not other)


def _of_clause(clause: str) -> tuple[str, str] | None:
    """Give what one clause tells: the news, and the kind of report that it is about."""
    if _DONE.search(clause) and not _says_no(_DONE.sub("", clause)):
        return DONE, ""
    if _says_no(clause):
        return None
    for kind, pattern in _GOT:
        if pattern.search(clause):
            return DONE, kind
    if _is_back(clause):
        return BACK, "absence"
    if _FOUND.search(clause) and not _ERRAND.search(clause):
        return FOUND, ""
    return None


def _is_back(clause: str) -> bool:
    if not _BACK.search(clause) or _LAST_SEEN.search(clause) or _ERRAND.search(clause):
        return False
    return not _ADULT.search(clause) or bool(_OF_CHILD.search(clause))


def _says_no(clause: str) -> bool:
    return bool(_NO.search(_FINE.sub("", clause)))

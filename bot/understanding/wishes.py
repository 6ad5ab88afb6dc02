"""What somebody wishes to become of what she has said: drop it, begin anew, take it back, speak of something else.

Only whole clauses count, with nothing in them but the wish: 学校撤了, 退学, 住校名额取消了 and 金额弄错了 are told
of a child and are no wish. What else was said stands in `rest`, for whoever hears the wish to weigh.
"""

from dataclasses import dataclass

from intake.language.patterns import regex

DROP, PAUSE, ANEW, WITHDRAW, UNDECIDED, OTHER_CHILD, OTHER_MATTER = (
    "drop", "pause", "anew", "withdraw", "undecided", "other_child", "other_matter",
)  # fmt: skip

_LONGEST, _MOST = 24, 10
"""Characters of a clause that can be a wish, and clauses of a message that holds one."""
_CUT = regex(r"[，,。；;！!？?、~～…\s]+")
_RUN_ON = regex(
    "^((?:那|哎呀?|唉|嗯)?(?:就|还是)?(?:我|俺)?(?:算[了啦]吧?|拉倒吧?|不对|不是|[弄搞填报写说登]?错了|先不说了|先不报了|不报了|不填了))(?=(?:还是|就|改|换|问|想|先|请问|请|要|帮)?(?:我|俺|咱|还是|改|换|问|想|请|重|撤|取消|是(?:我|俺)))"
)
"""算了我想问补助: the wish and what comes next without a stop between."""
_PRE = "(?:那|个|么|就|先|还是|要不|然|我|俺|咱|们|您|你|麻烦|请|能不能|能|可以|可不可以|帮|把|将|忙|给|替|看|想|要|也|又|现在|唉|哎|呀|嗯|好|行|的|对了|干脆|直接|这|事|件|儿)*"
_POLITE = "(?:行不行|行吗|行不|行么|中不|中吗|可以吗|可以不|可以么|好吗|好不好|好不|成吗|成不|能行吗|能行不)"
_END = f"(?:了|吧|啊|呀|呗|哈|哦|嘛|算|得|拉倒|谢谢|您|你|{_POLITE})*"
_DID = "(?:报|填|交|办|登记|弄|整|写|搞|反映|申请|上报|投诉|举报)"
_KIND = "(?:住校|住宿|寄宿|校车|坐车|补助|助学金|资助|困难|入学|转学|上学|报名|没上学|没到校|未到校|孩子未到校|请假|缺课|资助困难|寄宿与上下学需求|入学登记)"
_NOUN = (
    "(?:登记|报告|上报|报备|申请|单子|表格?|记录|信息|内容|反映|回执|那个|这个|那条|这条|那份|这份|那件|这件)"
)
_WHICH = (
    "(?:刚刚?才?|上[次回]|昨[天晚]|前[面天]|之前|以前|今天|早上|上午|下午|那|这|我|俺|咱|们|个|条|份|次|件)*"
)
_OWN = f"{_WHICH}(?:(?:{_DID}|说|讲)(?:过|上去|上来)?的{_WHICH}{_NOUN}?|(?:{_KIND}的?)?{_WHICH}{_NOUN})(?:的?事)?"

_DROPS = regex(
    f"{_PRE}(?:算[了啦](?:吧|算[了啦])*|拉倒|作罢|打住|得了|到此为止"
    f"|(?:不|别|甭)(?:想|用|要|打算|愿意?|再|给我|给俺|准备)*(?:{_DID}|要|继续|麻烦你们?)(?:这个|它|这些|下去|登记)?(?:了|(?={_POLITE})))"
    f"(?:{_PRE}(?:不|别)(?:{_DID}|要|说|讲)了)?{_END}"
)
_PAUSES = regex(
    f"{_PRE}(?:(?:先|暂时|暂|现在)不(?:想)?(?:说|讲|聊|{_DID})(?:这个|那个|它|这事)?了?|不(?:想)?(?:说|讲|聊)(?:这个|这事)?了"
    "|先(?:这样|到这儿?|停一?停|放一?放|放着|放放|停下)(?:这个|那个|它)?"
    f"|(?:回头|一会儿?|等一?会儿?|等一?下|等等|改[天日]|明[天儿早]|晚[点上]|待会儿?|过会儿?|过[一几两]天|有空|有时间|想好了?)(?:我|俺|咱)?再(?:说|讲|聊|来|{_DID})"
    f"|(?:这会儿?|正)?(?:没空|没时间|没工夫|忙着呢?|有事)|换(?:个|一个|件)(?:事|话题|问题)(?:说|问)?|(?:说|问)(?:个|点|件|一个)?别的(?:事)?)"
    f"{_END}"
)
_ANEWS = regex(
    f"{_PRE}(?:全部|全|都|清空|删了|删掉|再)*(?:(?:重新?|重头|从头(?:开始)?|从新|打头|再从头)(?:从头)?(?:开始)?再?(?:来|填|报|写|弄|登记|说|讲|录|搞|整)"
    f"|重新开始|从头开始)(?:过|一?[次遍下个份回])?(?:这个)?{_END}|{_PRE}(?:另起|另来|另填)一?[份个遍]{_END}"
)
_UNDECIDEDS = regex(f"{_PRE}(?:改变?主意|变主意|变卦|反悔|后悔|改想法|变想法|主意变|想法变){_END}")
_WRONG = regex(
    f"{_PRE}(?:全|都)?(?:(?:弄|搞|填|报|写|说|记|整|点|按|发|登|打|选)(?:错|岔|混|反|重)(?:了|人|孩子|对象|家)*|是?(?:一场)?误会(?:了|一场)?|错了|重复了?|(?:不对)+|不是)(?:了|的|啊|呀|吧|哈)*"
)
_TAKE = "(?:撤回|撤销|撤掉|撤下来?|撤|收回来?|作废|注销|取消)"
_WITHDRAWS = regex(
    f"{_PRE}{_OWN}(?:给我|给俺|给|都|也|就|帮我)*{_TAKE}(?:掉|一下|下)?{_END}"
    f"|{_PRE}{_TAKE}(?:掉|一下|下)?{_OWN}{_END}"
    f"|{_PRE}{_TAKE}(?:(?:掉|一下|下|了)*(?:吧|呗|{_POLITE}){_END}|掉|一下|回来)?"
    f"|(?:{_PRE}(?:要|想|请|帮我|帮俺|给我|给俺)){_TAKE}(?:掉|一下|下|了)?{_END}"
    f"|{_PRE}{_OWN}(?:我|俺|就|都|也)*(?:不要|不算数?|不作数|不用{_DID}?|不办|别办)(?:了|(?={_POLITE})){_END}"
    f"|{_PRE}(?:当|算)(?:我|俺|咱)?没(?:{_DID}|说)过?{_END}"
)
_LIKELY = regex("[算罢拉打得不别甭先停再空忙换别重从另变改反后撤收废销消要没]")
"""A sign that every wish has one of."""
_COURTESY = regex(
    "(?:谢谢|感谢|多谢|不好意思|对不起|抱歉|麻烦|打扰|打搅|辛苦|您好|你好|老师|同志|领导|那个|嗯|等等|等一?下|哎呀?|唉|哦|啊|呀|[您你]们?|不用了|了|好的?|行|是的?)*"
)
_CHILD = (
    "(?:(?:大|小|二|三|老)(?:孙子|孙女|儿子|闺女|姑娘|丫头|女儿|外孙女?|小子|宝|娃|妞|的)|老[大二三四小幺]|[大小二三]的(?:那个)?|另外?一?个(?:孩子|娃)?|别的孩子"
    "|[他她](?:的)?(?:哥哥?|姐姐?|弟弟?|妹妹?)|(?:哥哥|姐姐|弟弟|妹妹)|(?:外)?孙[子女]|外孙|儿子|闺女|女儿|姑娘|丫头|侄[子女]|外甥女?|(?:邻居|隔壁|亲戚|老[\u4e00-\u9fff])家?的?(?:那个)?(?:孩子|娃|小子|丫头|姑娘))"
)
_MEANT = "(?:(?:我|俺|咱)(?:们)?(?:是|要|想)?(?:说|问|讲|指|报|登记)的?(?:不是[^，。]{1,8})?(?:是)?|(?:说|问|讲|指|报)的是|(?:应该|其实|要说|要报|要登记)?是|换成?|改成)"
_OTHER_CHILD = regex(
    f"^(?:不是|不对)?{_MEANT}(?P<who>(?:我|俺|咱)?(?:们)?家?的?{_CHILD}.{{0,20}})$"
    f"|^(?:不是|不对)(?:[他她]|这个(?:孩子)?|那个(?:孩子)?|{_CHILD})?(?:的事?)?[,，]?(?:应该|而|要|说的)?是(?P<also>(?:我|俺|咱)?(?:们)?家?的?{_CHILD}.{{0,20}})$"
    f"|^{_PRE}(?P<none>换一?个(?:孩子|娃)|(?:说的)?不是这个(?:孩子|娃)|(?:弄|搞|填|报|写|说)错(?:孩子|人)了?)$"
)
_DENIES = regex(
    f"(?:(?:我|俺)?(?:说|问|报)的不是|不是|不对|错了|{_WRONG.pattern})(?:[他她]|这个(?:孩子)?|那个(?:孩子)?|{_CHILD})?(?:的事?)?"
)
_SAYS = regex("^(?:我|俺|咱)(?:们)?(?:是|要|想|就是)?(?:说|问|讲|指)的?(?:是)?(?P<what>.{2,})$")


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish, what was said before it (`why`) and after it (`rest`); of OTHER_CHILD `rest` says which child."""

    kind: str
    rest: str = ""
    why: str = ""


def read_wish(said: str) -> Wish | None:
    """Give the wish that a message holds, or None."""
    parts = [one for one in _CUT.split(_RUN_ON.sub(r"\1，", said)) if one]
    parts = [one for one in parts if not _COURTESY.fullmatch(one)]
    if not parts or len(parts) > _MOST:
        return None
    return _of_child(parts) or _plain(parts) or _mended(parts)


def _plain(parts: list[str]) -> Wish | None:
    kinds = [_kind(one) for one in parts]
    found = [kind for kind in (ANEW, WITHDRAW, DROP, PAUSE, UNDECIDED) if kind in kinds]
    if not found:
        return None
    at = kinds.index(found[0])
    told = [bool(kind) or _is_wrong(one) for kind, one in zip(kinds, parts, strict=True)]
    why = [one for one, wish in zip(parts[:at], told[:at], strict=True) if not wish]
    rest = [one for one, wish in zip(parts[at:], told[at:], strict=True) if not wish]
    return Wish(found[0], "，".join(rest), "，".join(why))


def _kind(clause: str) -> str:
    if len(clause) > _LONGEST or not _LIKELY.search(clause):
        return ""
    patterns = (
        (ANEW, _ANEWS),
        (PAUSE, _PAUSES),
        (WITHDRAW, _WITHDRAWS),
        (DROP, _DROPS),
        (UNDECIDED, _UNDECIDEDS),
    )
    return next((kind for kind, pattern in patterns if pattern.fullmatch(clause)), "")


def _is_wrong(clause: str) -> bool:
    return len(clause) <= _LONGEST and bool(_WRONG.fullmatch(clause))


def _of_child(parts: list[str]) -> Wish | None:
    """Hear that another child was meant: 不是，我是说我大儿子."""
    denied = len(parts) > 1 and len(parts[0]) <= _LONGEST and bool(_DENIES.fullmatch(parts[0]))
    at = 1 if denied else 0
    found = _OTHER_CHILD.match(parts[at]) if len(parts[at]) <= 2 * _LONGEST else None
    if found is None:
        return None
    if found["none"]:
        return Wish(OTHER_CHILD, "，".join(parts[at + 1 :]))
    plainly = denied or parts[0].startswith(("不是", "不对", "换", "改", "应该")) or "说" in parts[0][:4]
    if not plainly:  # 是我大孙子 answers who it is
        return None
    return Wish(OTHER_CHILD, "，".join([found["who"] or found["also"], *parts[at + 1 :]]))


def _mended(parts: list[str]) -> Wish | None:
    """Hear that something else was meant: 不是，我是说补助."""
    if len(parts) < 2 or not _is_wrong(parts[0]):
        return None
    found = _SAYS.match(parts[1])
    return Wish(OTHER_MATTER, "，".join([found["what"], *parts[2:]])) if found else None

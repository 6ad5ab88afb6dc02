"""Not knowing, having none, and what says nothing at all: 记不清了, 谁知道呢, 没电话; 哦, [捂脸], a row of signs."""

from intake.language import text
from intake.language.patterns import regex

NOT_KNOWN = "不知道"
"""The word by which a question is left open on every face."""
_LONGEST = 30
_SHORT = 200
_CLAUSES = regex(r"[，,。；;！!、~～\s]+")
_CORE = regex(
    r"不(?:太|大|是很|怎么|咋)?(?:知道|晓得|清楚|记得|了解|确定|认得|认识|懂)|记不(?:太)?(?:清楚?|得|住|起来?|准)|想不(?:起来?|到)"
    r"|忘(?:记|带|掉)?了|说不(?:太)?(?:清楚?|好|准|上来?|出来?)|不好说|(?:谁|上?哪[儿里]?)(?:能|还|会)*(?:知道|记得|晓得|清楚|记那么清)|没人(?:知道|记得)|知不道"
    r"|(?:弄|搞|整|闹)不(?:太)?(?:清楚?|懂|明白|准)|没(?:有)?(?:印象|问过?|打听过?|记住?|带|注意|留意)|没在(?:跟前|身边|手边|手头)|不详|未知"
)
_HEAD = regex(
    "(?:我们|咱们|俺们|我|俺|咱|老太太|老头子|这个|那个|这事|这些|那些|这|那|真的|真是|真|也|都|就|还|可|是|实在|反正|好像|当时|现在|暂时|这会儿|手头|身上|一时|早就|早|具体的?|到底|究竟"
    "|时间长|时间久|老了|老|人老|年纪大|岁数大|老糊涂|糊涂|太久|孩子|人家|他家|她家|他们|她们|他|她|的|了|哎呀|哎|唉|呀|啊|嗯|呃|额|嗐|对不起|不好意思|抱歉"
    "|名字|姓名|大名|小名|电话|手机|号码|证号|身份证|学校|校名|日期|日子|时间|户口本?|户籍|地址|门牌|年级|班级|班|情况|原因|关系|镇|街道|村|社区|姓啥|姓什么"
    "|哪一?[天个年月镇村所班]|几[号月班年]级?|什么时候|啥时候|多久|多少|几天"
    "|住哪[儿里]?|在哪[儿里]?|叫(?:啥|什么)|是?谁|[ 啊呀呢吧嘛])*"
)
_TAIL = regex(
    "(?:了|呢|呀|啊|吧|哦|哈|嘛|啦|的|喽|诶|哎|您|你|这|那|个|是|在|叫|上|念|读|住|属于|归|他|她|它|孩子|人家|具体|到底|究竟|准|确切)*"
    "(?:(?:怎么|咋)(?:写|说|叫|称呼|算|填|回事|样)?|(?:哪|啥|什么|多少|几|谁|[大小学全]名|名字|姓名|电话|号码|日子|日期|学校|校名|地址|户口|身份证号?码?|证号|镇|街道|村|社区|年级|情况|原因|算不算|有没有|是不是|人)[^，。？?]{0,8})?"
)
_NONE = regex(
    "(?:我们|我|俺|咱|家里|他|她|孩子|都|也|真|就|啥|什么|[是 ])*(?:没有|没|无|木有|没得|空着?|略)"
    "(?:电话|手机|手机号|号码|座机|户口本?|户口|身份证|证件|地址|学校|名字|这个|这些|人|一样|了|的|啊|呀|呢|吧|哦|啦)*"
    "|(?:我们?|咱们?|俺们?|家里?|老人|也|都|就)*不(?:会用|会使|咋用|用)(?:手机|电话)[的了啊呀]*"
    "|(?:我们?|俺们?|家里?|的)*(?:电话|手机|座机)(?:也|都|早|就|刚|前阵|让[^，]{1,4})*(?:停机|欠费|停用|销号|坏|丢|没)(?:了|的)*|(?:我|俺|就)*(?:不填|不写|不想说|不说|不告诉|不方便说?|不愿意?说)[了吧啊呀]*"
)
_SUBSTITUTE = regex(
    r"[\[【(（]?[^\[\]【】]{0,8}(?:不支持的?消息|暂?无法显示|暂不支持|请(?:在|使用).{0,6}手机.{0,6}查看)"
    r"[^\[\]【】]{0,20}[\]】)）]?"
)
_STICKER = regex(r"\[[^\[\]\d]{1,8}\]|/:[^\s\u4e00-\u9fff]{1,4}|【(?:动画)?表情】")
_SIGNS = regex(r"[\W_]+")
_FILLER = regex("(?:[哦噢喔嗯呢恩呃额啊哈嘿呵唉哎呀咦嗨诶欸唔]|em+|hm+|en+)*", 2)
_ASKED_BACK = frozenset(
    {"啥", "什么", "啥啊", "什么啊", "啥意思", "什么意思", "你说呢", "您说呢", "你说啥", "你说什么", "问这干啥", "问这个干啥",
     "干啥", "干嘛", "咋了", "怎么了", "啥玩意", "听不懂", "看不懂", "没看懂", "没听懂", "不明白"}
)  # fmt: skip


def knows_not(said: str) -> bool:
    """Tell whether words say as a whole that somebody does not know: 不知道哪个学校, 时间长了，记不清了, 我哪知道啊."""
    clauses = _clauses(said)
    known = [_says_unknown(one) for one in clauses]
    return any(known) and all(
        one or _HEAD.fullmatch(clause) for one, clause in zip(known, clauses, strict=True)
    )


def begins_unknowing(said: str) -> bool:
    """Tell whether a part of what is said is that somebody does not know: 不知道，我是邻居."""
    return any(map(_says_unknown, _clauses(said)))


def has_none(said: str) -> bool:
    """Tell whether words say as a whole that there is none, or that it shall not be told: 没有, 没电话, 不想说."""
    clauses = _clauses(said)
    return bool(clauses) and all(len(one) <= _LONGEST and _NONE.fullmatch(one) for one in clauses)


def says_nothing(said: str) -> bool:
    """Tell whether a message holds no word: signs, emoji, stickers and their substitutes, 哦, 嗯嗯."""
    return len(said) <= _SHORT and bool(
        _FILLER.fullmatch(_SIGNS.sub("", without_stickers(text.normalise(said))))
    )


def without_stickers(said: str) -> str:
    """Give what is said without stickers, and without what the platform puts in place of what it cannot show."""
    return _STICKER.sub("", _SUBSTITUTE.sub("", said) if len(said) <= _SHORT else said).strip()


def is_empty(said: str) -> bool:
    """Tell whether an answer is worth no person's reading: nothing said, not known, or only asked back."""
    return says_nothing(said) or knows_not(said) or has_none(said) or text.compact(said) in _ASKED_BACK


def _clauses(said: str) -> list[str]:
    if len(said) > 2 * _LONGEST:
        return []
    return [one.strip("?？…\"'“”") for one in _CLAUSES.split(text.normalise(said)) if one.strip("?？…\"'“”")]


def _says_unknown(clause: str) -> bool:
    if len(clause) > _LONGEST:
        return False
    return any(
        _HEAD.fullmatch(clause[: one.start()]) and _TAIL.fullmatch(clause[one.end() :])
        for one in _CORE.finditer(clause)
    )

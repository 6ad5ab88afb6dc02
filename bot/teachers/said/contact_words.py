"""What a teacher's words say of a call or a visit: told, planned, asked, in vain; and that a child has vanished."""

from intake.language.patterns import regex

_TOLD = regex(
    "家访|上门|当面谈|[去到]过?了?.{0,8}家里?(?:了|过|一趟|一次|看|[，, ]?(?:家里)?没人)|家里?(?:我|我们|老师)?去(?:过|了)"
    "|(?:打|通)(?:了|过|通)*.{0,8}电话|电话(?:打|联系|里|通了|没人接|不接|关机|空号)|^电话|^[^，,。]{2,5}电话$"
    "|没人接|打不通|关机了?$|空号|联系(?:过|上|不上|了)|[跟和与].{1,8}(?:通了话|通过话|谈过|谈了|聊了|聊过|见了面|见过面)"
)
_GONE = regex(
    "不[念读上去](?:书|学)?了|不来了|不想[念读上去]|不让[念读上去]|没(?:再)?[上去](?:过)?学|没来(?:上学|学校)?|辍学|退学|打工"
    "|嫁|订婚|在家(?:待|呆|放|带|干)"
)
"""Words that say a child does not go to school."""
_FIRST = regex("^(?:家访|电话)|^[^，,。]{2,5}(?:家访|电话)[了过。]?$")
_OTHER = regex("住校|寄宿|宿舍|校车|午餐|吃饭|补助|资助|助学|学费|转学|入学|学籍|户口")
"""Words of another matter than that a child is missing."""
_PLANS = regex("(?:明天|后天|下周|打算|准备|想去|要去)")
_VANISHED = regex(
    "(?:同学|孩子|这孩子|今天|早上|上午|下午|中午|刚才|放学后?|课间|突然|人|又|就)*(?:不见了|找不[到着]了?|走丢|跑丢|丢了|失踪|失联|离家出走)"
)
_ASKS = regex("要不要|怎么|能不能|[?？]|[吗嘛]$|电话(?:号码?)?(?:换|改|错|是|变)")
_QUOTED = regex("(?:说|讲|答应)(?!好|定|一[下声]).*")
_IN_VAIN = regex(
    "(?:家长|家里|家人|父母|监护人|[他她][爸妈]|爸爸?|妈妈?|奶奶?|爷爷?|姥姥|姥爷|电话|手机).{0,8}"
    "(?:打不通|不通|没人接|没接|不接|关机|停机|空号|联系不上|没联系上)|(?:打不通|没人接|联系不上|没联系上).{0,6}(?:家长|家里|父母|爸|妈|奶|爷)"
)
_DANGER = regex(
    "不见|丢|走失|失踪|出走|没回家|找不[到着]|跑了|离家|被|打(?:了|伤|他|她|孩子)|伤|血|死|活|跳|割|救|害怕|哭"
)
_CALLS = regex("打(?:了|过)?(?:[一两三四五六七八九十几多]+[个次遍回])?(?:电话|手机)?")


def tells_contact(said: str) -> bool:
    """Tell whether a call or a visit is told of: not asked about, and not planned."""
    own = _QUOTED.sub("", said)  # 奶奶说明天来: what is said of tomorrow is the family's
    planned = not begins_contact(said) and _PLANS.search(own)
    return bool(_TOLD.search(said)) and not planned and not _ASKS.search(own)


def begins_contact(said: str) -> bool:
    """Tell whether somebody plainly means to record one: 家访 王小明."""
    return bool(_FIRST.search(said))


def names_contact(said: str) -> bool:
    """Tell whether a call or a visit is spoken of, in whatever way."""
    return bool(_TOLD.search(said))


def plans_contact(said: str) -> bool:
    """Tell whether a call or a visit is still to come."""
    return bool(_TOLD.search(said) and _PLANS.search(said)) and not _ASKS.search(said)


def out_of_school(said: str) -> bool:
    """Tell whether a child is said not to go to school any more."""
    return bool(_GONE.search(said))


def other_matter(said: str) -> bool:
    """Tell whether words are of another matter than a child that is missing."""
    return bool(_OTHER.search(said))


def reached_nobody(said: str) -> bool:
    """Tell whether nobody was reached at a child's home, and nothing of danger is said."""
    return bool(_IN_VAIN.search(said)) and not _DANGER.search(_CALLS.sub("", said))


def before_vanished(said: str) -> str:
    """Give what stands before the words that somebody has vanished; nothing where that is not said."""
    found = _VANISHED.search(said)
    return said[: found.start()] if found and not _ASKS.search(said) else ""

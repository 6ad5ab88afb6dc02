"""Weigh what stands before and behind a possible name: does it announce a child, somebody else, or nobody?"""

import re

from bot.understanding.facts.found import KEYS, taken
from bot.understanding.names import name_words as words
from intake.language.patterns import regex

STRONG, CLEAR, FAIR = 3, 2, 1
"""How clearly something speaks for a child's name."""

_BEFORE, _AFTER = 14, 14
_SIGNS = {taken(key): key for key in KEYS}
_PUPIL_SIGNS = {taken(key) for key in ("school", "grade", "class_name", "birth_date", "id_number")}
_SCHOOLING = {taken(key) for key in ("school", "grade", "class_name")}
_GAP = " :：\"“'「(（[【_—-*"
_STOP = "，,。.！!？?、；;\n~…"
_ABSENT = regex(
    f"[^，,。.！!？?；;\n]{{0,9}}?(?:[没不]再?(?:去|来|到|上|念|想|爱)?(?:学|校|课|书|来|去)|辍学|旷课|逃学|厌学|[{''.join(_PUPIL_SIGNS)}])"
)
_PUPIL_SPEAKS = regex(
    f"我(?:爸|妈|爷|奶|姥|同学|不想(?:上学|念|去|读)|(?:今年|现在)?(?:就?(?:上|读|念|在|是))?的?[{''.join(_SCHOOLING)}])|我是[^，。]{{0,12}}学生"
)
_HAS_KIDS = regex("孩子|儿子|闺女|女儿|孙|学生的?家长|娃")
_OTHER_PUPIL = regex(
    "(?:和|跟|与|被|让|同班的?|别的|另一个|其他|他的?|她的?|的)(?:男|女)?(?:同学|同桌|学生|男生|女生)$|(?:同桌|班长|舍友|室友)$"
)
_ANNOUNCING = sorted({*words.CALLED, "小名", "名", "是", "为", ":", "："}, key=len, reverse=True)
_ADDRESSED = regex("^(?:(?:老师|领导|校长|主任|同志)(?:[您你]?好)?|[您你]好(?:老师|领导)) +$")
_AWAY = regex(
    "(?:(?:今|明|昨|后|前)[天儿日早晚](?:一天|早上|上午|下午|晚上|全天)?|[上下]午|这[两几]天|已经|一直|又)?(?:因病|生病|有病|发烧|感冒|家里?有事)?,?"
    "(?:没(?:有)?(?:来|到校|去|上学|上课)|不(?:来|去|上学)|未到|(?:去[^，。 ]{1,6})?请[^，。 ]{0,4}假|请加|旷课|缺席|缺课|辍学|逃学|失踪|走失|发[高低]?烧|感冒|[头牙]疼|肚子[疼痛]|拉肚|不舒服|住院|迟到|晚到|看病|打针)"
)
_LEFT = "(?:也|又|都|就|早就?|已经|一直|说啥|死活)*(?:[没不]再?(?:想|爱|愿意|肯|能)?(?:来|去|念|读|上)|辍学|失学|旷课|逃学|走丢|走失|失踪|离家出走|住校|寄宿)"
_PUPILS = regex(
    f"(?:以后|之后|后来|后)?(?:{_LEFT}|[{taken('days')}{taken('last_seen')}]+[^，,。 ]{{0,3}}{_LEFT}|[{taken('days')}]+了?没)"
    f"|(?:今年|现在)?[在上读念][{''.join(_SCHOOLING)}]|想(?:要|申请)?(?:住校|寄宿|转学|报名)|[被让叫][^，,。 ]{{0,6}}(?:打|揍|欺负)"
    f"|[和跟与、][\u4e00-\u9fff]{{2,4}}?{_AWAY.pattern}"
)
"""What only a pupil does, or what befalls one."""
_DESCRIBED = regex(
    f"[，, ]{{1,2}}(?:[{''.join(sorted(_PUPIL_SIGNS))}]|[男女](?![\u4e00-\u9fff])|[0-9一二三四五六七八九十]{{1,3}}周?岁)"
)
_ELDER = regex("(?:^|[，,。！!；;\n ]|[我俺]家|家里)(?:的|大|二)*(?:哥哥?|姐姐?)$")
_YOUNGER = regex("弟|妹")
"""姐姐周婷 beside a 弟弟 is the elder of two children, no adult."""
_MEMBERS = regex("[和跟与、]$")


def before(text: str, at: int, continues: bool) -> int | None:
    """Tell how clearly what stands in front announces a child; None if it announces another person.

    0 asks for a clear sign behind, as in 我是王小明的妈妈.
    """
    raw = text[max(0, at - _BEFORE) : at]
    near = raw.rstrip(_GAP)
    if not near or near[-1] in _STOP:
        return _after_stop(near, continues)
    if len(raw) == at and _ADDRESSED.search(raw):
        return FAIR if _leaves(text, at) else None
    if continues and _MEMBERS.search(near):
        return CLEAR
    sign = near.removesuffix("的")[-1:]
    if sign in _SIGNS:
        return CLEAR if sign in _SCHOOLING else FAIR
    if near.endswith(words.SPEAKS):
        return CLEAR if _PUPIL_SPEAKS.search(text) and not _HAS_KIDS.search(text) else None
    if near.endswith(("我是", "俺是", "我系", "这是")):
        return 0
    called = near.endswith(words.CALLED)
    bare = uncalled(near)
    if bare.endswith(words.MINE) and not bare.endswith(words.GROUPS):
        return None if called else 0
    if _ELDER.search(bare) and _YOUNGER.search(text):
        return STRONG if called else CLEAR
    if bare.endswith(words.ADULTS) and not bare.endswith(words.KIDS):
        return _after_adult(text, at, raw, near, called)
    if _OTHER_PUPIL.search(bare):
        return None
    if bare.endswith((*words.KIDS, "同学", "我外甥")):
        return STRONG if called else CLEAR
    if called:
        return STRONG
    if near.endswith(words.GROUPS):
        return CLEAR
    if raw != near and "\u3400" <= near[-1] <= "\u9fff":
        return FAIR
    return FAIR if near.endswith(words.BEFORE) else None


def _after_stop(near: str, continues: bool) -> int:
    if continues and near.endswith("、"):
        return CLEAR
    bare = near.rstrip(_STOP + _GAP)
    return CLEAR if bare.endswith(words.KIDS) and near.endswith(("，", ",")) else FAIR


def _after_adult(text: str, at: int, raw: str, near: str, called: bool) -> int | None:
    """Whether 我是他奶奶王小明三天没去了 goes on with the child: only what pupils do tells."""
    if called or raw.endswith((":", "：", "(", "（")) or not re.search("[我俺]是[^，。]{0,10}$", near):
        return None
    return FAIR if _ABSENT.match(text, at + 2) else None


def uncalled(near: str) -> str:
    """Give what stands in front without its 叫, 姓名 or 是."""
    for word in _ANNOUNCING:
        if near.endswith(word):
            return near.removesuffix(word).rstrip(_GAP).removesuffix("的").removesuffix("就")
    return near


def _leaves(text: str, at: int) -> bool:
    return any(_AWAY.match(text, at + size) for size in (2, 3, 4))


def after(text: str, at: int) -> int | None:
    """Tell how clearly what follows ends a child's name; None if the name is an adult's or no name."""
    rest = text[at : at + _AFTER]
    close = rest.lstrip(" ")
    if not close:
        return FAIR
    if close.startswith(words.PUPILS) or _AWAY.match(close):
        return CLEAR
    if rest.startswith(words.ROLES):
        return None
    if close[0] in _SIGNS:
        return CLEAR if close[0] in _PUPIL_SIGNS else FAIR
    if rest.startswith(words.AFTER):
        return FAIR
    if rest[0] == "小" and rest[1:2] == taken("days"):
        return FAIR
    return FAIR if not "\u3400" <= rest[0] <= "\u9fff" else 0


def is_described(text: str, at: int) -> bool:
    """Tell whether a pupil's school, class, age or sex follows behind a mark: 战鹏，六年三班."""
    return bool(_DESCRIBED.match(text, at))


def is_pupils(text: str, at: int) -> bool:
    """Tell whether what follows is a pupil's in any case: 没来, three days of absence, a class, a mother."""
    return after(text, at) == CLEAR or is_described(text, at) or bool(_PUPILS.match(text, at))

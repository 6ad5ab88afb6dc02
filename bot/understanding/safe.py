"""Whether a child is safe: only what says so as a whole counts, never a word inside a sentence.

他在家 may be where the danger is, and 不太安全 is no yes: what is neither a plain yes nor a plain no stays open.
So does 回来了, of a child that fled from home, and 没事吧, which hopes.
"""

import re

from intake.kinds.safety import OPEN, doubts
from intake.language import text

_CLAUSES = re.compile(r"[，,。；;！!、\s]+")
_CHOICE = re.compile("[123]|选[123]|第[123][个项]")
_ROUND = (
    "孩子|[他她它人]|现在|目前|眼下|已经?|[都也很挺啊呀呢了的啦]"
    "|在(?:(?:奶奶|姥姥|爷爷|姥爷|亲戚|同学|老师|邻居)?家里?|学校|派出所|我这里?|我身边|身边)"
)
"""What may stand around an answer, and says nothing alone. No piece of it is part of an answer: that would take for ever."""
_YES_ROUND, _NO_ROUND = f"(?:{_ROUND})", f"(?:{_ROUND}|[还就吧])"
_SAYS_YES = "(?:是|安全|平安|没(?:啥|什么)?事儿?)"
_GOOD = "(?:挺好|很好|都好|好好|脱险|脱离危险|找[到着]|回来|到家|回家)"
"""What goes well beside a yes, and is none alone."""
_SAYS_NO = (
    "(?:否|不是(?!不)|不安全|不怎么安全|有?危险|[没未](?:有)?(?:找[到着]|回来?|回家|醒|联系[上到])"
    "|找不[到着]|联系不上|叫不醒)"
)
_YES = re.compile(f"{_YES_ROUND}*{_SAYS_YES}{_YES_ROUND}*(?:(?:{_SAYS_YES}|{_GOOD}){_YES_ROUND}*)*")
_CALM = re.compile(f"(?:{_YES_ROUND}*{_GOOD})*{_YES_ROUND}*")
_NO = re.compile(f"{_NO_ROUND}*(?:{_SAYS_NO}{_NO_ROUND}*)+|不")
_BARE_NO = re.compile("不是[的啊呀了]*")
"""不是，我说错了 begins to put something else right."""
_UNKNOWN = re.compile(
    f"(?:[我俺真]|{_NO_ROUND})*(?:不知道|不(?:太)?清楚|说不(?:好|准|清)|不好说|不晓得|没准|不(?:太)?确定)"
    f"(?:安不安全|安全不安全|是不是安全|咋样|怎么样|情况|{_NO_ROUND})*"
)


def chosen(said: str) -> int | None:
    """Give the number that was chosen of the three answers; 1个 and 01 may count something."""
    found = _CHOICE.fullmatch(text.compact(said))
    return None if doubts(said) or not found else int(found[0].strip("选第个项"))


def said_safe(said: str) -> str:
    """Give 是 or 否 where that is plainly said, 不清楚 where it is said that nobody knows; else nothing."""
    clauses = [text.compact(one) for one in _CLAUSES.split(text.normalise(said))]
    clauses = [one for one in clauses if one]
    if not clauses or doubts(said):
        return ""
    yes = [bool(_YES.fullmatch(one)) for one in clauses]
    no = [bool(_NO.fullmatch(one)) for one in clauses]
    if any(no):
        bare = not all(no) and all(
            _BARE_NO.fullmatch(one) for one, not_so in zip(clauses, no, strict=True) if not_so
        )
        return "" if any(yes) or bare else "否"
    if any(yes):
        calm = all(good or _CALM.fullmatch(one) for one, good in zip(clauses, yes, strict=True))
        return "是" if calm else ""
    return OPEN if any(map(_UNKNOWN.fullmatch, clauses)) else ""

"""Read short answers as people write them: numbers, distances, grades, classes, phones, names, yes and no.

Every function takes any text and returns one canonical value, or None if the text is something else; a
canonical value reads as itself. Dates are in spoken_dates and rough_dates and are offered from here too.
"""

import re

from intake.language.patterns import regex
from intake.language.rough_dates import PastDay, past_day
from intake.language.spoken_dates import birth_day, day, moment, month
from intake.language.text import NUMERAL, compact, normalise, number, positional

__all__ = [
    "PastDay",
    "asks",
    "birth_day",
    "class_name",
    "day",
    "distance_km",
    "grade",
    "moment",
    "month",
    "number",
    "past_day",
    "person_name",
    "phone",
    "plain_yes_no",
    "yes_no",
]


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_DISTANCE = regex(
    r"(?:我|俺|家|孩子|离|距离?|到|学校|大概|大约|约|差不多|有|得|将近|至少|也就|能|走|是|[,:，：])*+"
    rf"(?P<low>[{NUMERAL}]+?)[多来几余]?(?:[-~至到、][{NUMERAL}]+)?(?P<unit>公里|km|华里|里|米|m|)"
    r"(?P<half>半)?[多来]?(?:地|路|远|左右|上下|的?样子|吧|呢|了|那么|多)*+"
)
_KM = {"公里": 1.0, "km": 1.0, "": 1.0, "里": 0.5, "华里": 0.5, "米": 0.001, "m": 0.001}
# Without a unit a larger number is as likely metres, and asking again costs less than a wrong 800 km.
_FARTHEST_BARE = 200

_GRADES = "一二三四五六七八九"
_YEAR = f"[1-9{_GRADES}]"
_NUMBER = f"(?P<number>[0-9]{{1,2}}|[{_GRADES}十]{{1,3}})"
_GRADE = regex(
    "(?:我|俺|家|孩子|现在|今年|开学|在|上|读|念|是|升|该|就)*+"
    f"(?:(?P<stage>小学?|初中?)第?(?P<of_stage>{_YEAR})(?:年[级纪及]?)?|第?(?P<year>{_YEAR})年[级纪及]?"
    # Alone, or before a class as in 七(2)班, 3.2班 and 三二班; 32班 may just as well be class 32.
    f"|(?P<bare>{_YEAR})(?=$|[(.-]|[{_GRADES}]班))"
    rf"(?:(?P<mark>[(.,，、-])?第?{_NUMBER}\)?(?P<ban>班)?|[,，、]?(?P<named>[\u4e00-\u9fffA-Za-z]{{1,8}}班)|班)?"
    "(?:学生|新生|上学期|下学期|[了的吧呢啊呀])*+"
)
_CLASS = regex(rf"[(]?第?{_NUMBER}\)?班?[的吧呢啊呀]?")
_CLASS_NAME = regex(r"[\u3400-\u9fffA-Za-z0-9]{1,9}班")
# 我在上班 and 不知道哪个班 end in 班 as well.
_NO_CLASS = regex("[不没哪啥几我俺咱他她你这个忘谁]|什么|年[级纪及]|[上下加值换倒夜接轮替]班$")

_PHONE_WORDS = regex(
    "(?:[我俺他她的]|妈妈|爸爸|奶奶|爷爷|姥姥|姥爷|家长|联系|电话|手机|座机|号码|方式|号|是|为|打|tel|phone|[:：,，])+"
)
_PHONE_MARKS = regex(r"[-\s‐‑‒–—―−﹣ー_.·•()（）\[\]【】]")
_PHONE = regex("1[3-9][0-9]{9}|0[1-9][0-9]{1,2}[0-9]{7,8}")
_CHINA = regex(r"(?:\+|00)?86")

_CJK = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_DOT = regex(rf"(?<=[{_CJK}])\s*[·•.‧∙・･⋅]\s*(?=[{_CJK}])")
_HAN_SPACE = regex(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])")
_HAN_NAME = regex(rf"[{_CJK}]{{2,6}}|(?=.{{3,20}}$)[{_CJK}]+(?:·[{_CJK}]+)+")
_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff"
_LATIN_NAME = regex(rf"[{_LETTER}]+(?:(?:[ '’\-]|\. ?)[{_LETTER}]+)*")
_NAME_EDGES = " ，。！？、；：,.!?;:'\"‘’“”「」『』()（）[]【】《》~…·•-"
_NAME_WORDS = regex(
    "(?:(?:[我俺咱他她的]|们|家|孩子|学生|小孩|娃|儿子|闺女|女儿|孙子|孙女|外孙女?)*(?:大名|全名|名字|姓名|名)?"
    "(?:就?叫做?|是|为|[:：])+|(?:孩子|学生)?(?:姓名|名字|大名))[:： ]*"
)
_ROLE = regex(
    "(?:[我俺咱他她它你您的这个亲小老大二三后干]|们|家里?|孩子|小孩|学生|娃)*?"
    "(?:爸妈|[妈爸爹奶爷哥姐弟妹姑姨舅叔伯婶娘]{1,2}|姥[姥爷娘]?|外公|外婆|[公婆]{2}|[父母]亲?|[外]?祖[父母]|[继养][父母]"
    "|[姑姨][父妈]|[舅]妈|[伯][父母]|儿子|女儿|闺女|姑娘|丫头|小子|孙子|孙女|外孙女?|外甥女?|侄[子女]|孩子?儿?|小孩儿?|娃娃?"
    "|宝宝|宝贝|[男女]孩儿?|[男女]生|小朋友|监护人|家长|亲戚|亲属|邻居|朋友|老师|班主任|校长|主任|干部|村干部|书记|同学|学生"
    "|老[大二三]|[我俺咱他她它你您]们?)"
)
_NOT_NAMES = _words(
    """本人 自己 不知道 不清楚 不记得 不想说 不告诉 不方便 不愿意 不说 不要 不用 没有 暂无 保密 匿名 未知 不详 同上 男 女
    是的 对的 好的 可以 谢谢 你好 您好 再见 测试 今天 昨天 明天 上午 下午 姓名 名字 请假 上学
    菜单 帮助 取消 返回 跳过 修改 确认 进度 撤回 我的信息 人工 绑定
    yes no ok none null nan na true false test hi hello undefined"""
)
_SENTENCE = regex(
    f"什么|怎么|[吗啥咋哪谁没]|[我你他]们|^[{_GRADES}十两几半][天年个岁里周次号月班]|了$|^[零〇{_GRADES}十百千]+$|^(.)\\1\\1+$"
    "|(?:小学|中学|学校|学院|幼儿园|街道|社区|年级|老师|校长|主任|妈妈|爸爸|奶奶|爷爷|姥姥|姥爷)$"
)

_YES = _words(
    """是 有 对 嗯 恩 要 已 好 行 中 成 可以 当然 必须 同意 没错 没问题 肯定 确定 嗯呐 嗯哪 在外
    y yes true 1 on ok √ ✓ ✔"""
)
_NO = _words("否 没有 没 无 不 未 非 算了 还没 还没有 没有过 n no false 0 off × ✗")
_PLAIN_YES = _words(
    """是 对 嗯 恩 要 好 行 中 成 妥 可以 当然 同意 没错 没问题 肯定 确定 嗯呐 嗯哪 想 需要 对对 好嘞 行行
    y yes true 1 on ok √ ✓ ✔"""
)
_PLAIN_NO = _words(
    """否 没有 没 无 不 不是 不对 不行 不要 不用 不想 不需要 不可以 不同意 不好 非 算了 还没 还没有
    n no false 0 off × ✗"""
)
_UNSURE = regex(r"知道|清楚|一定|记得|好说|不是不|不能不|不是没")
_DOING = (
    r"(?:是|有|要|在外?|用|需要?|想|行|能|会|对|办|报|请|住|去|同意|愿意|可以|申请|请假|外出|打工|务工|联系|报告|告诉|告知|住校|寄宿|安全)"
    r"(?:地|面|边|打工|务工|上|到|过)*"
)
_NOT = r"不太?|没有?|未|还没有?|还不|也没有?|也不|都没有?|都不|暂不"
_DEED = regex(
    rf"(?P<no>{_NOT})?(?:已经|[已都也还真很]|现在|确实)?(?:[要想能会]|可以|愿意|需要|申请)?{_DOING}"
)
_AGAIN = regex(r"(.{1,3}?)\1+")
_ASKING = regex("[?？]")
_ENDINGS = "啊呀吧呢哦的了嘛哈啦呗哇哟噢"


def distance_km(said: str) -> float | None:
    """Read a distance and return kilometres, rounded to 10 m; 里 is half a kilometre.

    Of a range the lower end counts. A bare number is kilometres, beyond 200 none at all.
    """
    match = _DISTANCE.fullmatch(compact(said).lower()) if len(said) <= 100 else None
    if match is None:
        return None
    low, unit = match["low"], match["unit"]
    value = number(low)
    if value is None and unit == "米" and low.endswith("千"):
        # 三千米 works out as a number of metres, 十二千米 only as a number of 千米.
        value, unit = number(low[:-1]), "公里"
    if value is None or (not unit and (match["half"] or value > _FARTHEST_BARE)):
        return None
    return round((value + (0.5 if match["half"] else 0)) * _KM[unit], 2)


def _short(said: str) -> str:
    # 3 2班 must not become 32班 when the space goes.
    text = re.sub(r"(?<=[0-9])\s+(?=[0-9])", ".", normalise(said[:100]))
    return compact(text).replace("（", "(").replace("）", ")")


def _grade(said: str) -> re.Match[str] | None:
    match = _GRADE.fullmatch(_short(said))
    if match and match["number"] and not (match["ban"] or match["mark"] == "(" or "级" in match[0]):
        return None
    return match


def grade(said: str) -> str | None:
    """Read a school year and return 一年级 … 九年级; 初一 is 七年级."""
    match = _grade(said)
    if match is None:
        return None
    stage = (match["stage"] or "")[:1]
    year = int(positional(match["of_stage"] or match["year"] or match["bare"]))
    if stage == "初" and year <= 3:
        year += 6
    elif (stage == "初" and year < 7) or (stage == "小" and year > 6):
        return None
    return f"{_GRADES[year - 1]}年级"


def class_name(said: str) -> str | None:
    """Read a class and return 2班, or a name such as 实验班 of at most 10 characters."""
    match = _grade(said)
    if match and match["named"]:
        return class_name(match["named"])
    text = _short(said)
    if match and match["number"]:
        numbered = match["number"]
    elif found := _CLASS.fullmatch(text.lstrip("在是")):
        numbered = found["number"]
    else:
        text = text.lstrip("在是")
        return text if not match and _CLASS_NAME.fullmatch(text) and not _NO_CLASS.search(text) else None
    count = number(numbered)
    return f"{count:.0f}班" if count else None


def phone(said: str) -> str | None:
    """Read one mobile or landline number of China and return its 10 to 12 digits."""
    if len(said) > 100:
        return None
    text = compact(said).lower()
    if words := _PHONE_WORDS.match(text):
        text = text[words.end() :]
    if any(sign.isascii() and sign.isdigit() for sign in text):
        # Chinese keyboards offer 一 where a dash was meant: 0439一3721234.
        text = text.replace("一", "")
    text = _PHONE_MARKS.sub("", positional(text))
    if _PHONE.fullmatch(text):
        return text
    if not (prefix := _CHINA.match(text)):
        return None
    text = text[prefix.end() :]
    if prefix[0] != "86" and re.match("10|[2-9]", text):
        # Dialled from abroad, the area code loses its 0.
        text = "0" + text
    return text if _PHONE.fullmatch(text) else None


def person_name(said: str) -> str | None:
    """Read a person's name: Chinese characters, with · in minority names, or Latin letters.

    Kin words, roles, refusals and sentences are no names.
    """
    if len(said) > 100:
        return None
    text = " ".join(normalise(said).split()).strip(_NAME_EDGES)
    text = _DOT.sub("·", _HAN_SPACE.sub("", text))
    while words := _NAME_WORDS.match(text):
        text = text[words.end() :].strip(_NAME_EDGES)
    if len(text) > 2:
        text = text[:2] + text[2:].rstrip("啊呀呢吧哦嗯")
    if text.lower() in _NOT_NAMES:
        return None
    if _LATIN_NAME.fullmatch(text):
        return text if 2 <= sum(map(str.isalpha, text)) <= 40 else None
    if not _HAN_NAME.fullmatch(text) or _ROLE.fullmatch(text) or _SENTENCE.search(text) or grade(text):
        return None
    return text


def yes_no(said: str) -> bool | None:
    """Read an answer to a yes-or-no question; None if it is neither or unsure."""
    text = compact(said).lower() if len(said) <= 60 else ""
    for core in (text, text.rstrip(_ENDINGS)):
        # 有有有 is one answer; 11 is not.
        if (again := _AGAIN.fullmatch(core)) and not core.isascii():
            core = again[1]
        if core in _YES or core in _NO:
            return core in _YES
        if not _UNSURE.search(core) and (deed := _DEED.fullmatch(core)):
            return deed["no"] is None
    return None


def asks(said: str) -> bool:
    """Tell whether words carry a question mark, which makes no answer of them."""
    return bool(_ASKING.search(said))


def plain_yes_no(said: str) -> bool | None:
    """Read yes or no where nothing but that was asked: a whole answer that says yes or no, and no deed.

    请假了 answers whether there was leave (see `yes_no`), and not whether what was read back is right.
    """
    if len(said) > 60 or asks(said):
        return None
    text = compact(said).lower()
    for core in (text, text.rstrip(_ENDINGS)):
        if (again := _AGAIN.fullmatch(core)) and not core.isascii():
            core = again[1]
        if core in _PLAIN_YES or core in _PLAIN_NO:
            return core in _PLAIN_YES
    return None

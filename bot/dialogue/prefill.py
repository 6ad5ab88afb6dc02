"""What was said in free words becomes answers: of a first message, in an answer, in a correction."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from bot.dialogue import asking, questions
from bot.dialogue.state import State
from bot.understanding import Understood
from bot.understanding.facts.extras import last_day
from bot.understanding.slots import APPROXIMATE
from intake.errors import Invalid
from intake.fields import Day, Name, Text
from intake.kinds import Report
from intake.kinds.reading.rough_days import ABOUT, ROUGH
from intake.language import spoken, text, unknown
from intake.language.dates.rough_dates import PastDay
from intake.language.naming.surnames import COMPOUND, SURNAMES
from intake.language.patterns import regex
from intake.language.sounds import sounds_of

LONGEST = 500
_ASKED_AGAIN = ("school", "village", "id_number")
"""Keys that are asked where what was said of them cannot be read, so that it is not lost."""
_EVERYWHERE = ("town", "relation")
"""Keys that a piece of an answer to another question may tell: 妈妈，13812345678."""
_PARTS = regex(r"[，,。；;！!\s]+")
_NO_PHONE = regex(
    "(?:我们?|俺们?|咱们?|家里?|也|都|就|这边)*(?:没有?(?:电话|手机|座机)|(?:电话|手机)(?:也|都)?没有|不会用手机)[的了呢啊呀]*"
)
_WRONG = regex(
    r"错了?|不对|不是|改成|改为|改一下|应该是|更正|打错|写错|弄错|说错|其实|换成|换了"
    r"|(?:[大学全]名儿?|大号)(?:就?叫|是)|^[哦噢喔啊呃唉哎]+[，, ]?不+[，, ]|^不不"
)
_NOT = regex(
    r"把[^，。；,; ]{1,12}?(?=改成|改为|换成)|"
    r"(?:不是|不在|不住)[^，。；,;]{1,20}?(?=[，。；,; ]|$|是|在|住|而|应该)"
    r"|[^，。；,; ]{1,12}(?:错了|不对)(?=[，。；,; ]|是|应该)"
)
_TALK = regex(
    r"对了|(?:写|打|说|弄)?错了?|不对|不是|改成|改为|改一下|应该是|应该|更正|[，。；,;：:\s]|是|叫|我|的|吧|啊|呀"
)
_YES = regex(
    "(?!(?:谢谢|[，,。！!])+$)(?:嗯呢?|行|好|中|妥|对|是|可以|没错|没毛病|没(?:啥)?问题|提交|交|发|报|确认|确定|就这样|就这些|就这么多|没(?:有|啥|什么)?(?:别的|其他的?|要改的?|要补充的?|补充的?|可改的?)|不改|谢谢|[都全]对|不用改"
    "|[吧了的呗啦，,。！! ])+"
)
_NO = regex(
    "(?:不|没|都|全|有|说|写|填|的|是|[了啊呀，,。！!])*(?:对|错|是)[了啊呀吧的，,。！!]*(?<!^对)(?<!^是)"
)
_NTH = "[0-9]{1,2}|[一二三四五六七八九十]{1,2}"
LINE = regex(
    f"第(?P<nth>{_NTH})(?:[条项行]|[个号](?=.{{0,4}}(?:错|不对|不是|要改|有误|应该)))"
    f"|^(?P<bare>{_NTH})(?:[条项行号、.,， ]|[.] )?(?=错|不对|不是|应该|改成|改为|要改|[写填打记]错)"
)
_OF_MYSELF = regex(
    "(?:^|[，,。！ ])(?:我|俺)(?:今天|已经|都|也|就|真的?|是|有|[一两三四五六七几半十][多来]?天|一周|一个星期|好几天|好久|一直)*"
    "(?:不想|不愿意?|不敢|没有?|不|想|要)(?:再|去|来|能)*(?:上学(?!校)|念书|念了|读书|上课|学校|住校|住宿)"
)
_I_AM = regex("(?:我|俺|本人)就?[叫是](?P<name>[\u3400-\u9fff·]{2,10})(?=$|[，,。！!；; ])")
_SAID_INSTEAD = regex(
    "^(?:[，,。：:、 ]|[写填打记弄]?错了?|不对|有误|要改|改一下|麻烦|请|帮我|把它|那个|应该|得"
    "|不是[^，,。；; ]{1,20}(?=[，,。；; ]|是)|是|叫|改成|改为|换成|为)+"
)
_RIGHT_NAME = regex(
    r"(?P<of>[^，。,；;]{1,8}?)(?:错了?[，, ]*)?(?:应该是|应该叫|改成|改为|叫)(?P<name>[^，。,；;]{2,40})"
)
_HAN = "[\u3400-\u9fff]"
_INSTEAD = regex(
    f"(?:不对|错了|名字|姓名|孩子|他|她|[，, ])*(?:不是|不叫)(?P<wrong>{_HAN}{{1,4}})[，,。 ]*"
    f"(?:应该|而)?[是叫](?P<right>{_HAN}{{1,4}}?)(?:字|的)?[啊呀吧呢]?"
    f"|(?:不对|错了|名字|姓名|孩子|他|她|应该|[，, ])*[是叫](?P<right2>{_HAN}{{1,4}})[，,。 ]*"
    f"(?:不是|不叫)(?P<wrong2>{_HAN}{{1,4}}?)(?:字|的)?[啊呀吧呢]?"
)
_SAID_AS = {
    "child_name": ("名字", "姓名", "名"),
    "phone": ("电话", "手机", "号码"),
    "id_number": ("身份证",),
    "last_seen": ("日期", "最后到校"),
    "village": ("村",),
    "town": ("镇", "街道"),
    "relation": ("关系",),
    "class_name": ("班",),
    "grade": ("年级",),
}


def gather(heard: Understood, said: str, today: date) -> dict[str, Any]:
    """Give what a message tells, by key of the declarations, in words that the fields read."""
    facts: dict[str, Any] = dict(heard.facts)
    if "from_school" in heard.extras and facts.get("school") == heard.extras["from_school"]:
        facts["school"] = heard.extras.get("school", "")  # where the child is to go, not where it comes from
    facts |= {"description": said[:LONGEST]} if said else {}
    if "child_name" not in facts and not heard.own and (name := _own_name(said)):
        facts["child_name"] = name
    if any(map(_NO_PHONE.fullmatch, _PARTS.split(said))):
        facts.setdefault("phone", unknown.NOT_KNOWN)
    if heard.leave:
        facts.setdefault("on_leave", "是")
    if day := _last_seen(heard, said, today):
        facts["last_seen"] = day
    if "寄宿" in facts.get("needs", ()):
        facts.setdefault("boards", "是")
    if facts.get("father_away") == facts.get("mother_away") == "是":
        facts.setdefault("reason", "监护人外出")  # where that is a reason: for boarding
    return facts


def _own_name(said: str) -> str:
    """Give the name of a child that speaks of itself: 我三天没去上学了，我叫李想; nothing where a grown-up speaks."""
    match = _I_AM.search(said) if _OF_MYSELF.search(said) else None
    return spoken.person_name(match["name"]) or "" if match else ""


def last_seen(heard: Understood, said: str, today: date) -> PastDay | None:
    """Give the last day at school as it was said, or as it follows from how long it is, or None."""
    rough = bool(heard.slots.get(APPROXIMATE))
    if "last_seen" in heard.slots:
        return PastDay(date.fromisoformat(str(heard.slots["last_seen"])), rough)
    days = heard.slots.get("days")
    if isinstance(days, int | float):
        return PastDay(today - timedelta(days=int(days)), rough)
    day = last_day(said, today, heard.leave)
    return PastDay(day, rough=False) if day else None


def _last_seen(heard: Understood, said: str, today: date) -> str:
    """Give the last day at school in words that its field reads, or nothing."""
    day = last_seen(heard, said, today)
    return f"{ABOUT if day.rough else ''}{day.day.isoformat()}" if day else ""


def fill(form: Report, state: State, facts: Mapping[str, Any]) -> None:
    """Enter facts that are not answered yet; what cannot be read is asked, so that it is not lost."""
    for key, field in form.answers().items():
        if key not in facts or key in state.answers or field.asked.teachers:
            continue
        if asking.is_left_open(form, key, facts[key]):
            left = state.skipped if questions.optional(form, key, state) else state.unknown
            left += [] if key in left else [key]
            continue
        try:
            told = questions.check(form, key, facts[key], state)
            state.answers |= told
            state.together += [list(told)] if len(told) > 1 else []
        except Invalid as wrong:
            if key in _ASKED_AGAIN and key not in state.doubts:
                state.doubts.append(key)
                state.problem = "".join(wrong.errors.get(key, ())) if key == "id_number" else state.problem
    skip = form.irrelevant(state.answers)
    state.answers = {key: value for key, value in state.answers.items() if key not in skip}


def infer(form: Report, state: State) -> None:
    """Take the town from a school of the bureau's list: nobody is asked what the school says."""
    school = form.world.places.get(str(state.answers.get("school", "")))
    if "town" in state.inferred and (not school or state.answers.get("town") != school.town):
        state.answers.pop("town", None)
        state.inferred = []
    known = "town" in state.answers or "town" in state.kept or "town" in state.unknown
    if school and school.level == "school" and school.town and not known and not state.amending:
        with suppress(Invalid):
            state.answers |= questions.check(form, "town", form.world.places.name(school.town), state)
            state.inferred = ["town"]


def beside(form: Report, state: State, key: str, said: str, heard: Understood, today: date) -> None:
    """Enter what an answer told besides what was asked; free words tell of nothing else."""
    if isinstance(form.field(key), Text):
        return
    facts = {one: value for one, value in heard.facts.items() if key != "from_school" or one != "school"}
    if day := _last_seen(heard, said, today):
        facts["last_seen"] = day
    fill(form, state, facts)
    for piece in questions.pieces(said):
        fill(form, state, {one: piece for one in _EVERYWHERE if questions.is_meant(form, one, piece, state)})


def said_instead(said: str) -> str:
    """Give what words say behind a line that is called wrong: ，不对，是砟子镇 says 砟子镇."""
    return _SAID_INSTEAD.sub("", meant(said)).strip("，,。；; ")


def assents(said: str) -> bool:
    """Tell whether a read-back is called right: 行，提交吧; 没毛病."""
    if spoken.asks(said):
        return False
    return bool(_YES.fullmatch(text.compact(said))) or spoken.plain_yes_no(said) is True


def dissents(said: str) -> bool:
    """Tell whether a read-back is called wrong without a word of what is wrong in it."""
    return bool(_NO.fullmatch(text.compact(said)))


def corrects(said: str) -> bool:
    """Tell whether the words say that something is wrong."""
    return bool(_WRONG.search(said))


def correction(form: Report, state: State, said: str, heard: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Give the answers that a correction puts right, and the key that it calls wrong without saying what is right.

    `heard` holds the facts of the words without what they deny (see `meant`).
    """
    if named := _named_so(form, state, said) or _named_instead(form, state, said):
        return named, ""
    found: dict[str, Any] = {}
    for key, value in heard.items():
        if key in form.fields and key != "description":
            if isinstance(form.fields[key], Name):
                value = whole_name(str(value), str(state.answers.get(key, "")))
            with suppress(Invalid):
                found |= questions.check(form, key, value, state)
    changed = _differing(found, state) or _differing(_day(form, state, meant(said)), state)
    if changed:
        return changed, ""
    key = _named(form, said)
    if key:
        rest = _TALK.sub("", _without_label(form, key, said))
        with suppress(Invalid):
            changed = _differing(questions.check(form, key, rest, state), state) if rest else {}
    return changed, "" if changed else key


def _named_so(form: Report, state: State, said: str) -> dict[str, Any]:
    """Give the name that is said to be the right one as a whole: 姓名应该是是建国."""
    right = _RIGHT_NAME.fullmatch(said)
    key = _named(form, right["of"]) if right else ""
    if right is None or not isinstance(form.fields.get(key), Name):
        return {}
    with suppress(Invalid):
        name = whole_name(right["name"], str(state.answers.get(key, "")))
        return _differing(questions.check(form, key, name, state), state)
    return {}


def _named_instead(form: Report, state: State, said: str) -> dict[str, Any]:
    """Give the name that is said in place of the child's, or of a sign of it: 不是小明，是晓鸣; 是晓不是小."""
    match, before = _INSTEAD.fullmatch(said), str(state.answers.get("child_name", ""))
    if match is None or not before:
        return {}
    wrong, right = match["wrong"] or match["wrong2"], match["right"] or match["right2"]
    if len(wrong) == len(right) == 1 and wrong in before:
        right = before.replace(wrong, right)
    elif sounds_of(before)[-len(wrong) :] != sounds_of(wrong):
        return {}
    with suppress(Invalid):
        return _differing(questions.check(form, "child_name", whole_name(right, before), state), state)
    return {}


def whole_name(said: str, before: str) -> str:
    """Give a name with the surname it had where only the given one is put right: 不是小明，是晓明."""
    family = before[: 2 if before.startswith(COMPOUND) else 1]
    given = before[len(family) :]
    alike = [one == other for one, other in zip(sounds_of(said), sounds_of(given), strict=False)]
    own = said[:1] in SURNAMES and not alike[0] if alike else True  # a whole name: 李明 is none of 小明
    return family + said if len(given) > 1 and len(said) == len(given) and any(alike) and not own else said


def _day(form: Report, state: State, said: str) -> dict[str, Any]:
    """Give the day that is left of a correction: 不是三天，是五天."""
    rest = _TALK.sub("", said)
    for key, field in form.answers().items():
        if isinstance(field, Day) and key in state.answers and rest:
            with suppress(Invalid):
                return questions.check(form, key, rest, state)
    return {}


def _differing(found: Mapping[str, Any], state: State) -> dict[str, Any]:
    """Give what is new; the day that was only about right is, where it is given now."""
    exact = {key for key in found if key + ROUGH in state.answers and key + ROUGH not in found}
    return {key: value for key, value in found.items() if state.answers.get(key) != value or key in exact}


def meant(said: str) -> str:
    """Give the words without what they deny: 不是三年级是四年级 means 是四年级."""
    return _NOT.sub("", said)


def _named(form: Report, said: str) -> str:
    plain = text.compact(said)
    for key, field in form.answers().items():
        if any(word in plain for word in (field.asked.label, field.asked.called, *_SAID_AS.get(key, ()))):
            return key
    return ""


def _without_label(form: Report, key: str, said: str) -> str:
    asked = form.field(key).asked
    for word in (asked.label, asked.called, *_SAID_AS.get(key, ())):
        said = said.replace(word, "")
    return said

"""Questions derived from the declaration: which comes next, how it is asked, how an answer is read."""

from dataclasses import replace
from typing import Any

from bot.dialogue import replies
from bot.dialogue.state import State
from intake import codes
from intake.errors import Invalid
from intake.fields import Address, Answer, Birth, Choice, Choices, Day, Name, School, Text, Town
from intake.kinds import Report
from intake.kinds.reading.parents import UNVERIFIED
from intake.kinds.reading.rough_days import ROUGH
from intake.language import spoken, text, unknown
from intake.language.patterns import regex
from intake.reports.lookup import schema
from intake.reports.told_children import tells_who
from intake.store.db import Database

TAPPED, LISTED = 12, 20
"""Up to so many options are tappable, up to so many are listed; more are only searched."""
WORDS = "description"
"""What a reporter said in her own words goes with no other answer."""
SENTENCE = 6
"""Characters from which on a message is more than an answer to a question."""
TYPED = "已填（网页上填的）"
REMEMBERED = "我们记着的，对吗？"
NOT_SO = "记着的不对"
"""What is tapped to say so."""
_PIECES = regex(r"[，,。；;、\s]+")
_SCHOOL = regex("小学|中学|学校|[一二三四五六七八九十]中|实验|中心校|村小|分校|校区|幼儿园|高中|初中部")
_ADDRESS = regex("[省市县区镇乡村屯街路号道楼栋组委沟岔]|小区|社区|单元|农场|林场|矿|外地")
_SEPARATORS = regex(r"[、，,;；|/\s]+|和|还有")
_NUMBER = regex(r"(?:选|第)?\s*(\d{1,2})\s*(?:个|项|号|\.|、|。)?")
_REGISTER = regex(
    "(?:那|好的?|行|嗯|我|俺|也|就|现在|就是|[，,])*(?:[要想]|想要|需要|给我|帮我)?(?:登记|办|报|申请|填)(?:一下|吧|了|个|啊|呀)*"
)
"""What is said to an offer to register something."""
_NOTHING = frozenset({"没有", "无", "没", "没有了", "不填", "不写", "不想说", "不说", "略", "空"})


def following(form: Report, state: State) -> str:
    """Give the key of the next question, or nothing when all that must be known is known."""
    skip = (
        form.irrelevant(state.answers) | state.answers.keys() | {*state.skipped, *state.kept, *state.unknown}
    )
    return next((key for key in form.answers() if key not in skip and _wanted(form, key, state)), "")


def optional(form: Report, key: str, state: State) -> bool:
    """Tell whether a question may be left unanswered in the chat."""
    return not form.field(key).required or key in form.excused("wechat", state.answers)


def _wanted(form: Report, key: str, state: State) -> bool:
    return not optional(form, key, state) or key in form.insists or key in state.doubts


def invited(form: Report, state: State) -> list[str]:
    """Give the labels of what may still be added, and is not asked for."""
    gone = form.irrelevant(state.answers) | state.answers.keys() | {*state.skipped, *state.kept}
    return [one.asked.called for key, one in form.answers().items() if one.asked.chat and key not in gone]


def ask(form: Report, key: str, state: State) -> str:
    """Put a question: prompt, hint, options; with its pair where both are still to be asked."""
    field = form.field(key)
    asked, options = field.asked, field.options()
    if state.failed == 0 and asked.pairs and (both := asked.pairs.get(following(form, _with(state, key)))):
        return both
    if isinstance(field, Town) and state.towns:
        return f"{asked.prompt}（写镇名就行，例如：{options[0]}）"
    lines = [asked.prompt + (f"（{asked.hint}）" if asked.hint else "")]
    if 0 < len(options) <= TAPPED:
        lines.append(replies.numbered(replies.link(field.called(word)) for word in options))
    elif len(options) <= LISTED and options:
        lines.append(replies.numbered(map(field.called, options)))
    if isinstance(field, Choices):
        lines.append("可以选几样，例如回复：1、2")
    if optional(form, key, state):
        lines.append(replies.OPTIONAL)
    return "\n".join(lines)


def _with(state: State, key: str) -> State:
    """Give the state as if a question had been dealt with."""
    return replace(state, skipped=[*state.skipped, key])


def read(form: Report, key: str, said: Any, state: State) -> dict[str, Any]:
    """Read an answer; give all that it tells. Raises Invalid."""
    field = form.field(key)
    if not isinstance(said, str):
        return check(form, key, said, state)
    heard = field.heard(said)
    if heard is None:
        raise Invalid({key: [field.problem]})
    return check(form, key, _meant(field, heard), state)


def check(form: Report, key: str, raw: Any, state: State) -> dict[str, Any]:
    """Check an answer, in the light of the others; give all that it tells. Raises Invalid."""
    facts = form.check(key, raw, without(state, key))
    if key not in facts:
        raise Invalid({key: ["没有看到您的回答。"]})
    return facts


def add_words(form: Report, answers: dict[str, Any], words: str) -> bool:
    """Put words into the description among answers, once; tell whether the form has one, and room."""
    field, before = form.fields.get(WORDS), str(answers.get(WORDS) or "")
    whole = before if words in before else f"{before}\n{words}".strip()
    if not isinstance(field, Text) or len(whole) > field.longest:
        return False
    answers[WORDS] = whole
    return True


def known(form: Report, key: str, said: str) -> bool:
    """Tell whether words are plainly what a key asks for: a name, a town, a school, an address.

    These fields take any words, or find a town in the name of a school.
    """
    field, places = form.field(key), form.world.places
    school = bool(_SCHOOL.search(said))
    if isinstance(field, School):
        return school or bool(field.find(said))
    if isinstance(field, Town):
        return not school and bool(places.town(said).place or places.village(said).place)
    if isinstance(field, Name):
        name = field.heard(said)
        if name is None or school or _listed(name):
            return False
        there = places.town(name).place or places.village(name).place
        return not (there or spoken.day(name, field.today, lean="past"))
    return not isinstance(field, Address) or bool(_ADDRESS.search(said))


def is_answer(said: str, state: State, db: Database, danger: bool) -> bool:
    """Tell whether words are an option that was shown, or, where none is of `danger`, the name that was asked for."""
    field = schema(db, state.kind).field(state.asking)
    return is_option(field, said) or (not danger and names_somebody(said, state, db))


def names_somebody(said: str, state: State, db: Database) -> bool:
    """Tell whether a whole message is the name that was asked for: 俺孙女叫额尔德尼朝克图."""
    form = schema(db, state.kind)
    return isinstance(form.field(state.asking), Name) and known(form, state.asking, said)


def read_name_back(form: Report, key: str, said: str, state: State) -> str:
    """Say at once, and once only, what a name was taken for that looks odd or may be another; else nothing."""
    field, name = form.field(key), str(state.answers.get(key, ""))
    found = field.said(said) if isinstance(field, Name) else None
    other = found.other if found and found.name == name else ""
    doubt = field.doubt(name) if isinstance(field, Name) and name else ""
    if other:
        right = replies.link(f"{field.asked.label}应该是{other}")
        return f"{field.asked.label}先记成“{name}”。要是“{other}”，点这里：{right}"
    return f"{field.asked.label}先记成“{name}”。{doubt}" if doubt else ""


def _listed(said: str) -> bool:
    """Tell whether words are an option of some list, so that they are no name."""
    return any(codes.find(name, said) for name in codes.NAMES if name not in ("ethnic", "sex"))


def pieces(said: str) -> list[str]:
    """Give the pieces of an answer that may hold several: 王小明，石人镇."""
    found = [piece for piece in _PIECES.split(said) if piece]
    return found if len(found) > 1 else []


def declines(form: Report, key: str, said: str, state: State) -> bool:
    """Tell whether an answer to an optional question says that there is none."""
    field, word = form.field(key), text.compact(said)
    if not optional(form, key, state) or word in field.options():
        return False
    none = word in _NOTHING or (unknown.has_none(said) and not isinstance(field, Choice | Text))
    return none or (unknown.knows_not(said) and not isinstance(field, Text))


def agrees(said: str) -> bool:
    """Tell whether the words say yes, and nothing else."""
    if spoken.asks(said):
        return False
    return spoken.plain_yes_no(said) is True or bool(_REGISTER.fullmatch(text.compact(said)))


def is_option(field: Answer, said: str) -> bool:
    """Tell whether the words are one of the options that were shown."""
    word, options = text.compact(said), field.options()
    return word in map(text.compact, [*options, *map(field.called, options)])


def is_meant(form: Report, key: str, said: str, state: State) -> bool:
    """Tell whether a few words plainly answer a question that is still open, though it was not put."""
    field, word = form.field(key), text.compact(said)
    if isinstance(field, Birth) and key not in state.answers:
        born = spoken.birth_day(word, field.today)
        return born is not None and born.year <= field.today.year - 3  # a later day is none
    if (
        key in state.answers
        or not (_wanted(form, key, state) or field.asked.chat)
        or number(said) is not None
    ):
        return False
    if isinstance(field, Day):
        return field.lean == "past" and spoken.day(said, field.today, lean="past") is not None
    if isinstance(field, Town):
        return known(form, key, said)
    yes_or_no = isinstance(field, Choice) and str(field.of).startswith("yes_no")
    vague = word in _NOTHING or unknown.knows_not(said) or word.startswith(("其他", "其它", "别的", "都不是"))
    return isinstance(field, Choice) and not yes_or_no and not vague and field.find(said) is not None


def without(state: State, key: str) -> dict[str, Any]:
    """Give the answers without one, and without what was filled together with it."""
    group = {one for group in state.together if key in group for one in group}
    gone = {key, key + ROUGH} | (group - ({WORDS} - {key}))
    return {one: value for one, value in state.answers.items() if one not in gone}


def put(form: Report, state: State, key: str, facts: dict[str, Any]) -> None:
    """Enter what an answer told, and drop what it made irrelevant."""
    answers = {**without(state, key), **facts}
    skip = form.irrelevant(answers)
    state.answers = {one: value for one, value in answers.items() if one not in skip}
    state.together = [group for group in state.together if key not in group]
    state.skipped = [one for one in state.skipped if one not in facts]
    state.taken = [one for one in state.taken if one not in facts]
    state.known = [one for one in state.known if one not in facts]
    state.unknown = [one for one in state.unknown if one not in facts]
    state.inferred = [one for one in state.inferred if one not in facts]
    if len(facts) > 1:
        state.together.append(list(facts))
    done(state, key)


def done(state: State, key: str) -> None:
    """Note that a question has been dealt with."""
    state.trail = [one for one in state.trail if one != key] + [key]
    state.failed = 0


def read_back(form: Report, state: State) -> str:
    """Show all answers, numbered, say what may be added, and ask whether it is right."""
    lines = _lines(form, state)
    more = "、".join(invited(form, state))
    unheard = "".join(f"“{one}”" for one in state.unheard)
    beside = f"没写进登记的：{unheard}要让工作人员知道，回复 {replies.link('人工')}。\n" if unheard else ""
    return (
        f"请您核对一下{form.title}：\n{lines}\n{beside}\n"
        f"都对就回复 {replies.link('确认')}，我就提交。"
        + (f"我们记着的有不对，点 {replies.link(NOT_SO)}。\n" if state.remembered else "\n")
        + f"哪条不对，直接说（例如“电话错了，是139…”），或回复“修改2”。不要了回复 {replies.link('取消')}。"
        + (f"\n还可以补充（不说也行）：{more}。" if more else "")
    )


def _lines(form: Report, state: State) -> str:
    """Number what was said, and what is remembered after it."""
    lines = replies.numbered(f"{label}：{value}" for _, label, value in shown(form, state)).split("\n")
    told = len(lines) - len(state.remembered)
    return "\n".join(lines if told == len(lines) else [*lines[:told], REMEMBERED, *lines[told:]])


def line(form: Report, state: State, number: int) -> str:
    """Give the key of a line of the read-back, or nothing."""
    lines = shown(form, state)
    return lines[number - 1][0] if 1 <= number <= len(lines) else ""


def shown(form: Report, state: State) -> list[tuple[str, str, str]]:
    """Give (key, label, words) of what was answered; numbers and birth dates of earlier reports are masked.

    Of what a page wrote it tells no more than that: who typed there may be somebody to whom this link was sent.
    """
    said = {key: (label, value) for key, label, value in form.told(state.answers)}
    for key in {*state.taken} & said.keys():
        if form.field(key).tells_number:
            said[key] = said[key][0], form.field(key).mask(state.answers[key])
    for key in state.typed_in(state.answers) & said.keys():
        if tells_who(key, form.field(key)):
            said[key] = said[key][0], TYPED
    skip = form.irrelevant(state.answers)
    for key in state.unknown:
        if key not in said and key not in skip:
            said[key] = form.field(key).asked.called, f"不知道（{UNVERIFIED}）"
    for key, mask in state.kept.items():
        if key not in said and key not in skip and key in form.fields:
            said[key] = form.field(key).asked.called, mask
    remembered = {*state.remembered}
    every = [(key, *said[key]) for key in form.answers() if key in said]
    return sorted(every, key=lambda one: one[0] in remembered)


def number(said: str) -> int | None:
    """Read a choice by number: 3, 第3个, 选3."""
    match = _NUMBER.fullmatch(text.normalise(said))
    return int(match[1]) if match else None


def _meant(field: Answer, said: str) -> str | list[str]:
    """Turn numbers of options into the options."""
    options = field.options()
    if not 0 < len(options) <= LISTED:
        return said
    if not isinstance(field, Choices):
        return _option(options, said)
    words = [word for word in _SEPARATORS.split(text.normalise(said)) if word]
    if any(number(word) is not None for word in words):
        return [_option(options, word) for word in words]
    return said


def _option(options: Any, said: str) -> str:
    chosen = number(said)
    return options[chosen - 1] if chosen is not None and 1 <= chosen <= len(options) else said

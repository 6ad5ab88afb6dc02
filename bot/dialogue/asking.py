"""How often something is asked: twice at most, anywhere. What is not known then is left open, and lies before a person.

Who says herself that a question shall be put again (继续, 返回, 修改) gets it; that is not counted.
"""

from datetime import timedelta
from hashlib import blake2b
from typing import Any

from bot.dialogue import questions, replies
from bot.dialogue.state import State
from intake.fields import Day, Town
from intake.fields.unknowing import says_unknown
from intake.kinds import Report
from intake.kinds.reading.rough_days import ABOUT
from intake.language import text, unknown
from intake.language.dates import spans

TWICE = 2
LONGER = "更久"
ROUGHLY = {"一个星期": 7, "一个月": 30, LONGER: spans.LONGER}
"""What is offered to who no longer knows the day, and how many days that is about."""
GUESSES = ("三天", "一个礼拜", "半个月", "一个月", "两个月")
"""What is offered to who was not understood."""
LEFT_OPEN = ("没关系，先空着，工作人员会核实。", "好的，这个也先空着。", "行，这一项以后再核实。")
KEPT = "没关系，您说的替您记下了，工作人员会核实。"
NO_PHONE = "没有电话也行，先空着。有能找到您的电话（邻居、亲戚、村干部的都行），随时发来。"
SKIP_NOT = "这一题要回答才能登记，真不知道就回复 {}。"
SKIPPED = "好的，这一题先不填。"
UNCHANGED = "那先不改，还是原来的。"


def count_question(state: State, key: str) -> bool:
    """Count that something is asked; tell whether it may be, which a third time it may not."""
    if is_exhausted(state, key):
        return False
    state.asked[key] = state.asked.get(key, 0) + 1
    return True


def is_exhausted(state: State, key: str) -> bool:
    """Tell whether something was asked as often as anything is."""
    return state.asked.get(key, 0) >= TWICE


def is_given_up(state: State, key: str) -> bool:
    """Tell whether something was asked twice and named twice more, so that it is left open."""
    return state.asked.get(key, 0) >= 2 * TWICE


def let_read_again(state: State, key: str = "") -> None:
    """Let a question be put anew, and the draft be read back, because its reporter wishes it."""
    state.asked = {one: times for one, times in state.asked.items() if one != key and not one.startswith("=")}


def mark_of(shown: str) -> str:
    """Give the mark by which what was read back before is known again."""
    return f"={blake2b(shown.encode(), digest_size=6).hexdigest()}"


def put_question(form: Report, state: State) -> str:
    """Put the open question and count it, a third time only name what is still open; the towns are listed once."""
    key = state.asking
    question = questions.ask(form, key, state)
    if not count_question(state, key):
        state.asked[key] += 1
        return f"还等您回答：{form.field(key).asked.called}。不知道就回复 {replies.link(unknown.NOT_KNOWN)}。"
    state.towns = state.towns or (isinstance(form.field(key), Town) and question.count("\n") > 1)
    return question


def again(form: Report, key: str, problem: str, state: State) -> str:
    """Say what was wrong, and put the question once more."""
    field, options = form.field(key), form.field(key).options()
    if 0 < len(options) <= questions.LISTED and sum(word in problem for word in options) > 2:
        problem = "这几样里没有您说的，请选一个，回复数字就行。"  # they are listed right below
        if isinstance(field, Town):
            problem = "没有找到这个镇街。"
    question = put_question(form, state)
    if isinstance(field, Day) and field.lean == "past":
        question += f"\n说不准就选一个大概的：{'　'.join(map(replies.link, GUESSES))}"
    return f"{problem}\n\n{question}"


def offer_roughly(form: Report, state: State) -> str:
    """Offer how long ago it may be to who no longer knows the day; nothing where that was offered, or is no day."""
    field = form.field(state.asking)
    known = state.asking in state.answers
    if (
        known
        or not (isinstance(field, Day) and field.lean == "past")
        or not count_question(state, state.asking)
    ):
        return ""
    state.asked[_ROUGH] = 1
    return f"没关系，大概多久了？\n{replies.choices(ROUGHLY)}\n这个也说不上来，回复 {replies.link(unknown.NOT_KNOWN)}。"


def read_roughly(form: Report, state: State, said: str) -> dict[str, Any]:
    """Read which of the rough times is meant; give the day, and that it is only about right. Raises Invalid."""
    field = form.field(state.asking)
    if _ROUGH not in state.asked or not isinstance(field, Day):
        return {}
    number, words = questions.number(said), list(ROUGHLY)
    word = words[number - 1] if number and number <= len(words) else _rough_word(said)
    if not word:
        return {}
    if word == LONGER:
        keep_words(form, state, state.asking, "一个月以上没去了")
    day = field.today - timedelta(days=ROUGHLY[word])
    return questions.check(form, state.asking, f"{ABOUT}{day.isoformat()}", state)


def leave_open(form: Report, state: State, key: str, said: str = "") -> str:
    """Go on without an answer, and say so; what was half understood is kept for whoever reads the report."""
    kept = keep_words(form, state, key, said)
    before = key in state.answers or key in state.kept
    state.doubts = [one for one in state.doubts if one != key]
    if before:
        told = UNCHANGED
    elif key in form.when_unknown:
        questions.put(form, state, key, {key: form.when_unknown[key]})
        told = ""
    elif questions.optional(form, key, state):
        state.skipped = [*state.skipped, key]
        told = SKIPPED
    else:
        told = NO_PHONE if key == "phone" else LEFT_OPEN[len(state.unknown) % len(LEFT_OPEN)]
        state.unknown = [one for one in state.unknown if one != key] + [key]
    questions.done(state, key)
    return KEPT if kept else told


def keep_words(form: Report, state: State, key: str, said: str) -> bool:
    """Put words that were no answer where staff read them; tell whether there was something to keep, and room."""
    if key == questions.WORDS or unknown.is_empty(said) or len(text.compact(said)) < 2:
        return False
    return questions.add_words(form, state.answers, f"{form.field(key).asked.called}：{text.normalise(said)}")


def worth_reading(said: str) -> str:
    """Give the mark for people on words that were no answer and stand in no report; none where they say nothing."""
    return "" if unknown.is_empty(said) else replies.UNCLEAR


def is_left_open(form: Report, key: str, said: Any) -> bool:
    """Tell whether a fact says that nobody knows it."""
    return key in form.fields and says_unknown(form.field(key), said)


_ROUGH = "~roughly"


def _rough_word(said: str) -> str:
    plain = text.compact(said)
    if plain.startswith(
        ("更久", "更长", "好久", "老久", "很久", "比一个月", "不止一个月", "一个月以上", "一个多月")
    ):
        return LONGER
    return next(
        (
            word
            for word in ROUGHLY
            if plain in (word, f"{word}了", f"大概{word}", f"{word}左右", f"大约{word}")
        ),
        "",
    )

"""A teacher's open cases in the chat: what is due, and what she is asked of her roll (在校, 请假, 真没来)."""

from bot.dialogue import replies
from bot.dialogue.replies import Reply
from bot.dialogue.turn import Turn
from intake.cases.case import Case
from intake.cases.duties import NOTHING, Duty
from intake.cases.states import KINDS
from intake.cases.writing import deadlines
from intake.errors import Problem
from intake.language.patterns import regex
from intake.people import bindings
from intake.people.accounts import Person
from intake.school import caseload, contradictions, roll
from intake.school.caseload import HeldCase
from intake.school.contradictions import Contradiction
from intake.school.family import words_of_class
from intake.store.db import Database

WORDS = frozenset({"我的个案", "个案", "待办", "我的待办", "有什么要办的", "今天要办什么"})
SHOWN = 12
_ANSWER = regex(r"(?:核对)?(?P<name>.{2,8}?)(?P<answer>在校|请假|真没来)[了。]?")


def listed(person: Person, turn: Turn) -> Reply:
    """List the open cases of somebody, what is theirs to do first, and what is asked of the roll."""
    load = caseload.caseload_of(turn.db, person)
    asked = _asked(person, turn)
    lines = [_line(turn.db, one) for one in [*load.mine, *load.others][:SHOWN]]
    if not lines and not asked:
        return Reply("现在没有要您办的事。")
    head = f"要您办的 {len(load.mine)} 件，别人在办的 {len(load.others)} 件：" if lines else ""
    more = len(load.mine) + len(load.others) - len(lines)
    foot = [f"还有 {more} 件，请在网页上看。"] if more > 0 else []
    foot += [_question(one) for one in asked]
    foot += ["打了电话、家访了，说“家访”或“电话”加姓名，例如：家访 王小明，奶奶说不念了。"] if lines else []
    return Reply("\n".join(filter(None, [head, replies.numbered(lines), *foot])))


def answer(said: str, person: Person, turn: Turn) -> Reply | None:
    """Take the answer to what the roll is asked, where one is open for a child of this name; else None."""
    match = _ANSWER.fullmatch(said)
    asked = [one for one in _asked(person, turn) if match and one.word.name == match["name"]] if match else []
    if match is None or len(asked) != 1:
        return None
    word = asked[0].word
    key = next(key for key, one in contradictions.ANSWERS.items() if one == match["answer"])
    phone = roll.phone_of(person) or roll.phone_said(turn.db, turn.reporter)
    db = turn.to_write()
    try:
        told = contradictions.answer_contradiction(
            db, person, _class_of(db, person, asked[0]), word.report.receipt, key, phone
        )
    except Problem as no:
        return Reply(f"没有记下：{no}")
    return Reply(f"{word.name}{match['answer']}。{told}")


def next_due(db: Database, case: Case) -> str:
    """Say what is due next on a case, and by when."""
    if not case.open:
        return "已经办完了。"
    if case.due >= NOTHING:
        return "现在没有到期的事。"
    return f"接下来：{Duty(case.duty, case.due, '').title}，{_by(db, case.due)}。"


def told_apart(db: Database, case: Case) -> str:
    """Tell a case from another of the same child, or of a child of the same name."""
    return (
        f"{case.class_title} {case.child_name}，{KINDS[case.kind]}，个案 {case.short}，{next_due(db, case)}"
    )


def _line(db: Database, held: HeldCase) -> str:
    case = held.case
    duty = held.mine[0] if held.mine else held.due[0] if held.due else None
    what = f"{duty.title}，{_by(db, duty.due)}" if duty else "没有到期的事"
    who = "" if held.mine else f"（{held.owner or '无人负责'}）"
    return f"{case.child_name or '还不知道姓名'} {case.class_title} {case.state}：{what}{who}"


def _by(db: Database, due: str) -> str:
    """Say by when something is due, in a few words."""
    today = deadlines(db).today.isoformat()
    day = f"{int(due[5:7])}月{int(due[8:10])}日"
    return f"已过期（{day}）" if due[:10] < today else "今天" if due[:10] == today else f"{day}前"


def _asked(person: Person, turn: Turn) -> list[Contradiction]:
    return [
        one
        for taught in bindings.classes_open(turn.db, person)
        for one in contradictions.contradictions_of_class(turn.db, taught, words_of_class(turn.db, taught))
    ]


def _class_of(db: Database, person: Person, asked: Contradiction) -> str:
    return next(
        taught.id
        for taught in bindings.classes_open(db, person)
        if any(one.report.id == asked.word.report.id for one in words_of_class(db, taught))
    )


def _question(asked: Contradiction) -> str:
    word = asked.word
    says = "请假" if word.leave else "没来"
    links = "　".join(replies.link(f"核对{word.name}{one}", one) for one in contradictions.ANSWERS.values())
    return f"{word.relation or '有人'}说{word.name}{says}，和您的点名不一样。孩子在哪？{links}"

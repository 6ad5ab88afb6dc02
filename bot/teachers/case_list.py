"""A teacher's open cases in the chat: what is due, and what she is asked of her roll (在校, 请假, 真没来)."""

from bot.dialogue import replies
from bot.dialogue.replies import Reply
from bot.dialogue.turn import Turn
from intake.cases import work
from intake.cases.case import Case, case_by_id, events_of, find_case, may_see
from intake.cases.rulebook.duties import NOTHING, Duty
from intake.cases.rulebook.states import KINDS
from intake.cases.told import inbox, telling
from intake.cases.work import Impossible
from intake.cases.writing import deadlines
from intake.errors import Problem
from intake.language.patterns import regex
from intake.people import bindings
from intake.people.accounts import Person
from intake.school import caseload, contradictions, roll
from intake.school.caseload import HeldCase
from intake.school.contradictions import Contradiction
from intake.school.family import words_of_class
from intake.store import audit
from intake.store.db import Database

WORDS = frozenset({"我的个案", "个案", "待办", "我的待办", "有什么要办的", "今天要办什么"})
SHOWN = 12
LONGEST = 100
"""Characters of a family's words that are shown in the list."""
_RETURNED = regex(
    r"(?:[一二三四五六七八九]年级.{1,3}班)?(?P<name>[^，,。]{2,4}?)(?:今天|昨天|已经|又|早上|上午)*(?:来了|到校了?|到了|回校了|回来了|返校了|来上学了|回学校了|上学了)[。]?"
)
_ANSWER = regex(r"(?:核对)?(?P<name>.{2,8}?)(?P<answer>在校|请假|真没来)[了。]?")


def listed(person: Person, turn: Turn) -> Reply:
    """List the open cases of somebody, what is theirs to do first, and what is asked of the roll."""
    load = caseload.caseload_of(turn.db, person)
    asked = _asked(person, turn)
    lines = [_line(turn.db, one) for one in [*load.mine, *load.others][:SHOWN]]
    news = _news(person, turn)
    if not lines and not asked and not news:
        return Reply("现在没有要您办的事。")
    head = f"要您办的 {len(load.mine)} 件，别人在办的 {len(load.others)} 件：" if lines else ""
    more = len(load.mine) + len(load.others) - len(lines)
    foot = [f"还有 {more} 件，请在网页上看。"] if more > 0 else []
    foot += [_question(one) for one in asked]
    held = [one.case for one in [*load.mine, *load.others][:SHOWN]]
    foot += [_undelivered(one) for one in held if telling.calls_of_case(turn.db, one)]
    foot += ["打了电话、家访了，说“家访”或“电话”加姓名，例如：家访 王小明，奶奶说不念了。"] if lines else []
    return Reply("\n".join(filter(None, [*news, head, replies.numbered(lines), *foot])))


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


def returned(said: str, person: Person, turn: Turn) -> Reply | None:
    """Note that a child of an open case is at school, where the roll has not said so; None where that is not said."""
    match = _RETURNED.fullmatch(said)
    load = caseload.caseload_of(turn.db, person) if match else None
    held = [*load.mine, *load.others] if load else []
    found = [
        one.case
        for one in held
        if match and one.case.child_name == match["name"] and one.case.kind == "absence"
    ]
    if len(found) != 1:
        return None
    day = "昨天" if "昨天" in said else "今天"
    db = turn.to_write()
    try:
        work.act(
            db, found[0], "returned", {"day": day}, person, channel="wechat", token=f"returned:{turn.key}"
        )
    except Impossible:
        return Reply(f"{found[0].child_name}现在是“{found[0].state}”，孩子回来了要请校长登记复学。")
    except Problem as no:
        return Reply(f"没有记下：{no}")
    after = case_by_id(db, found[0].id) or found[0]
    return Reply(f"记下了：{after.child_name}{day}到校了。个案 {after.short}，{next_due(db, after)}")


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


def _news(person: Person, turn: Turn) -> list[str]:
    """Say what somebody was told and has not read, with a family's own words; it is read by that."""
    unread = [one for one in inbox.notices_of(turn.db, person, SHOWN) if not one.read_at and one.number]
    if not unread:
        return []
    db, lines = turn.to_write(), []
    with db.write():
        for one in unread:
            case = find_case(db, one.number)
            if case and may_see(db, person, case):
                lines.append(f"新：{case.child_name} {one.text}{_said(db, case, one.what, person)}。")
            inbox.mark_read(db, person, one.id)
    return list(dict.fromkeys(lines))


def _said(db: Database, case: Case, what: str, person: Person) -> str:
    """Give the words of a family that a notice is about; that they are read goes on record."""
    if what != "family_said":
        return ""
    audit.note(db, person.actor, "case.read", case.id)
    said = [str(one.words.get("words", "")) for one in events_of(db, case) if one.key == what]
    return f"：“{said[-1][:LONGEST]}”" if said else ""


def _undelivered(case: Case) -> str:
    """Say that a family did not get what it was told: somebody calls, which clears it."""
    return f"{case.child_name}：给家里的话没有送到，请打电话说一声，打完说“电话 {case.child_name}”。"


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

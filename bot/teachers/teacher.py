"""Teachers in the chat: bound by a code, they call the roll and say whose parents are whose.

Everything else they say is heard as a parent's would be.
"""

from dataclasses import replace

from bot.dialogue import draft, emergency, pages, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, CHOOSE, CONSENT, PICK, REVIEW, WHICH, State
from bot.dialogue.turn import Turn
from bot.teachers import asked, case_list, contact_call, probation, roll_call, roll_desk, roll_family
from bot.understanding import Understood
from intake.errors import Refused
from intake.language import slip_codes, text
from intake.language.patterns import regex
from intake.language.slip_codes import DIGITS
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.reports import notice, passes
from intake.reports.told_children import WaitingParent, parents_waiting
from intake.school import followed

_BIND = regex(r"绑定(?:老师|教师|码|班级)?[:：是]?(.{0,40})")
_UNBIND = frozenset({"解除绑定", "取消绑定", "解绑", "不绑定了"})
_CALL = frozenset({"点名", "我要点名", "班级点名", "点名册"})
_DECIDE = regex(r"(?P<no>不)?(?:确认|是)家长第?(?P<number>\d{1,2})[号个位条]?")
_OWN = regex(
    "(?<![说跟对给])(?:我|俺|咱)(?:们?家)?(?:自己家?)?的?(?:孩子(?!们)|娃|儿子|闺女|女儿|姑娘|小子|丫头|宝宝|老大|老二|大宝|二宝|孙子|孙女|外孙|外甥|侄子|侄女)"
)
"""Who speaks of a child of her own is a parent."""
_PARENTS = "parents"
"""Under which the list that was shown is kept in `State.roll`, so that its numbers stay true."""
_BUSY = frozenset({ASK, REVIEW, CONSENT, PICK, WHICH})
"""Steps in which the words belong to a draft."""


def word(said: str, state: State, turn: Turn) -> Reply | None:
    """Hear what works in every state: being bound, and words that mean something else to a teacher.

    Before anything is understood: 绑 is also what kidnappers do.
    """
    if said in _UNBIND:
        return _unbind(state, turn)
    if (match := _BIND.fullmatch(said)) and (reply := _bind(match[1], state, turn)):
        return reply
    if reply := probation.hear(said, turn):
        return reply
    if not state.roll or state.step in _BUSY or emergency.under_way(state):
        return None
    if said in ("确认", "取消") and contact_call.kept(state):
        person = bindings.person_bound(turn.db, turn.reporter)
        if person and said == "确认" and contact_call.waits(state):
            return contact_call.confirm(person, state, turn)
        state.roll.pop(contact_call.KEY)
        return Reply("好的，没有记。")
    if said == "取消" and roll_call.is_aside(state) and (state.kind or state.talking or state.step == CHOOSE):
        return None  # it is what she speaks of now that is dropped
    if said in ("确认", "取消") and roll_desk.kept(state, turn):
        person = bindings.person_bound(turn.db, turn.reporter)
        if person and said == "确认":
            return roll_call.confirm(person, state, turn)
        roll_desk.drop(state)
        return Reply("好的，没有登记。")
    if said in ("确认", "取消") and (missed := roll_desk.lapsed(state, turn)):
        state.roll.pop(roll_desk.LAPSED)
        return Reply(missed.rstrip())
    if said in ("菜单", "返回"):
        roll_call.set_aside(state)
        state.roll.pop(contact_call.KEY, None)
    return None


def hear(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear what only teachers say; None if it is something else. A roll of an earlier day that lapsed is told once."""
    before = "" if state.step in _BUSY else roll_desk.lapsed(state, turn)
    reply = _heard(said, heard, state, turn)
    if reply is None:
        return None
    state.roll.pop(roll_desk.LAPSED, None)
    return replace(reply, text=f"{before}{reply.text}")


def _heard(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    plain = text.compact(said)
    if state.step in _BUSY:
        state.roll.pop(contact_call.KEY, None)
        roll_call.set_aside(state)
        return None
    person = bindings.person_bound(turn.db, turn.reporter)
    if person and plain in case_list.WORDS:
        return case_list.listed(person, turn)
    if person is None or not _calls_rolls(person):
        waits = state.roll.get(contact_call.KEY)
        state.roll = {contact_call.KEY: waits} if person and waits else {}
        return (
            asked.hear(plain, person, state, turn) or contact_call.hear(said, person, state, turn)
            if person
            else None
        )
    if plain in ("家长", "家长确认", "确认家长"):
        return _parents(person, state, turn)
    if reply := case_list.answer(plain, person, turn):
        return reply
    if plain in _CALL:
        return roll_call.go_on(person, state, turn) or Reply(_call(person, turn))
    if match := _DECIDE.fullmatch(plain):
        return _decide(int(match["number"]), not match["no"], person, state, turn)
    if _OWN.search(said) and not contact_call.kept(state):
        roll_call.set_aside(state)
        return None
    return (
        asked.hear(plain, person, state, turn)
        or contact_call.hear(said, person, state, turn)
        or roll_call.hear(said, heard, person, state, turn)
        or case_list.returned(plain, person, turn)
    )


def explain(turn: Turn) -> str:
    """Say how a teacher binds the account, or as whom it is bound."""
    person = bindings.person_bound(turn.db, turn.reporter)
    if person is None:
        return (
            f"家长不用绑定，有事直接说就行。\n老师请向学校或教育局要一个 {DIGITS} 位绑定码，"
            f"然后回复“绑定”加这个码，例如：绑定 1234567890。\n要不到码，找：{notice.contact(turn.db.settings)}"
        )
    return f"您已绑定：{_known(person, turn)}\n不用了回复 {replies.link('解除绑定')}。"


def _calls_rolls(person: Person) -> bool:
    """Tell whether somebody has classes, as a town's official or a village's cadre has not."""
    return accounts.may(person, "roll.mark", person.area)


def _known(person: Person, turn: Turn) -> str:
    if not _calls_rolls(person):
        return f"{person.name}，{ROLES[person.role].title}。"
    titles = [f"{one.school_name}{one.title}" for one in bindings.classes_taught(turn.db, person.id)]
    return f"{person.name}，{'、'.join(titles) if titles else '还没有设班级，请联系学校或教育局'}。"


def _bind(code: str, state: State, turn: Turn) -> Reply | None:
    """Bind by a code; words that have no number are explained, a longer sentence is not for us."""
    digits, phone = slip_codes.read_code(code)
    if not digits:
        return _then(explain(turn), state, turn) if len(code) <= DIGITS else None
    if len(digits) not in (DIGITS, slip_codes.OLD_DIGITS):
        return _then(f"绑定码是 {DIGITS} 位数字，您写了 {len(digits)} 位，请核对。", state, turn)
    try:
        person = bindings.bind(turn.to_write(), turn.reporter, digits, phone)
    except Refused as refused:
        return _then(str(refused), state, turn)
    if not _calls_rolls(person):
        return _then(f"绑定好了：{_known(person, turn)}", state, turn)
    return _then(
        f"绑定好了：{_known(person, turn)}\n点名直接说：“{replies.link('全到')}”，或“王小明今天没来”“李红病假”。\n"
        f"打了电话、家访了，说“电话”或“家访”加姓名。要办什么，回复 {replies.link('待办')}。\n"
        f"有家长要您确认时，回复 {replies.link('家长')} 查看。",
        state,
        turn,
    )


def _unbind(state: State, turn: Turn) -> Reply:
    undone = bindings.unbind(turn.to_write(), turn.reporter)
    state.roll = {}
    return _then("好的，绑定解除了。" if undone else "您这里没有绑定，不用解除。", state, turn)


def _then(sentence: str, state: State, turn: Turn) -> Reply:
    """Answer, then put the question again that was open."""
    question = draft.current(state, turn)
    return Reply(f"{sentence}\n\n{question}" if question else sentence)


def _call(person: Person, turn: Turn) -> str:
    """Say how the roll is called, here and on a page, and whom to look for."""
    first = "".join(f"{line}\n" for line in roll_family.before_roll(roll_desk.Desk.of(person, turn), turn))
    first = probation.waiting(person, turn) + first
    there = pages.link(passes.ROLL, turn, "打开点名册")
    page = (
        f"\n也可以在网页上点：{there}（30 分钟内有效，只在第一台打开的手机上能用，别转给别人）"
        if there
        else ""
    )
    return f"{first}点名直接说：“{replies.link('全到')}”，或“王小明今天没来”“李红病假”。{page}"


def _parents(person: Person, state: State, turn: Turn, before: str = "") -> Reply:
    """List the parents who wait, and remember the list as it was shown.

    Whoever was shown keeps the number: a word tapped twice must not decide about the next one.
    """
    found = {(one.reporter, one.child): one for one in parents_waiting(turn.db, person.id)}
    shown = [(reporter, child) for reporter, child in state.roll.get(_PARENTS, [])] if found else []
    shown += [key for key in found if key not in shown]
    state.roll[_PARENTS] = [[*key] for key in shown]
    if not found:
        return Reply(before or "现在没有等您确认的家长。")
    lines = [f"{number}. {_line(number, found[key])}" for number, key in enumerate(shown, 1) if key in found]
    return Reply(f"{before}这些家长等您确认。认识、是本人，才点确认：\n" + "\n".join(lines))


def _line(number: int, one: WaitingParent) -> str:
    who = "，".join(filter(None, (one.relation, f"电话 {one.phone}" if one.phone else "")))
    yes, no = replies.link(f"确认家长{number}"), replies.link(f"不是家长{number}")
    return f"{one.title} {one.name}的家长（{who}）　{yes}　{no}"


def _decide(number: int, confirmed: bool, person: Person, state: State, turn: Turn) -> Reply:
    """Decide about one of the list that was shown; without a list it is shown first."""
    shown = state.roll.get(_PARENTS, [])
    if not shown:
        return _parents(
            person, state, turn, "先请您看看是谁。\n" if parents_waiting(turn.db, person.id) else ""
        )
    if not 1 <= number <= len(shown):
        return _parents(person, state, turn, f"没有第 {number} 位。\n")
    reporter, child = shown[number - 1]
    if not followed.decide_parent(turn.to_write(), person, reporter, child, confirmed):
        return _parents(person, state, turn, "这一位已经处理过了。\n")
    done = "确认了，这位家长登记时不用再填学校班级。\n" if confirmed else "好的，记下了不是家长。\n"
    return _parents(person, state, turn, done)

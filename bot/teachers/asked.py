"""What a teacher, a principal, a cadre asks: who is missing today, and how the matter of a child stands. Each in her scope."""

from bot.dialogue import replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.teachers import case_list, roll_desk
from bot.teachers.roll_desk import Desk
from bot.teachers.roll_words import Said, class_alone
from bot.teachers.said import roll_names
from intake.calendar import clock
from intake.cases import case as cases
from intake.cases.case import Case
from intake.cases.rulebook.sayings import headline
from intake.language.patterns import regex
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.school import caseload, roll
from intake.store import audit
from intake.store.db import Database

SHOWN, CLASSES = 4, 15
"""Matters of a child, and classes of a school, that are told at once."""
_TODAY = (
    "(?:请问|今[天日儿早]个?|早上|上午|下午|现在|目前|到现在|我们?|咱们?|俺们?|班[里上]?|本班|全班|这个班|学校|全校|还|都|有|是"
    "|一共|总共|查一下|看看|帮我|的)*"
)
_GONE = "(?:没有?[来到](?:上学|上课|学校|校)?|未到校?|没到校|缺[席勤课]?|请了?假|病假|事假|不在|没上学)"
_WHO = regex(
    f"{_TODAY}(?:有?谁|哪些?(?:个|位|几个)?(?:孩子|学生|同学|人)*|几个|多少)(?:个|名|位|人|孩子|学生|同学|还|今天|都)*"
    f"{_GONE}(?:的|了|呢|啊|呀|[？?。])*"
    f"|{_TODAY}{_GONE}的?(?:都|是|有|孩子|学生|人)*(?:谁|哪些?|哪几个|几个|多少)(?:人|个|孩子|学生|啊|呀|呢|[？?。])*"
    f"|{_TODAY}(?:[来到]了?|实到)(?:几|多少)(?:个|名|人|孩子|学生)*(?:了|呢|啊|[？?。])*"
    f"|{_TODAY}(?:人)?(?:都|全)?(?:来齐|到齐|来全|到全|全到|都来)了?(?:没有?|吗|么)[？?。]*"
    f"|{_TODAY}(?:点名|出勤|到校|考勤)(?:的?(?:情况|结果|人数))?"
    "(?:怎么样|咋样|如何|是什么|是啥|交了?(?:没|吗)|报了?(?:没|吗)|情况|结果|人数)[了吗呢么？?。]*"
)
_ABOUT = "(?:请问|那个?|我们?班的?|咱们?班的?|班里的?|孩子|学生|查一下|看看|问一下|想问问?|我|[，, ])*"
_HOW = regex(
    f"{_ABOUT}(?P<name>.{{2,8}}?)(?:同学|孩子|小朋友|家)?(?:他|她)?"
    "(?:的?(?:[这那][个件]?)?(?:事情?儿?|个案|情况|报告|登记))?(?:现在|目前|后来|今天|最近|到底|都|又|还|这几天|[，, ])*"
    "(?:怎么样|咋样|怎样|咋回事|怎么回事|啥情况|什么情况|办到哪|办得|办的|到哪一?步|到什么程度"
    "|有(?:啥|什么|没有?)?(?:消息|进展|结果)|进展|处理|办好|办完|解决|找到|有没有(?:消息|进展|来)"
    "|[来到]没[来到]|[来到]了?没有?|[来到]了吗|回来没|回来了吗|上学了?没|上学了吗)"
    "(?:了|啦|没有?|吗|嘛|呢|啊|呀|哪儿?|里|如何|怎么样|咋样|一?步|得|到|好|完|[?？。! ])*"
)


def hear(said: str, person: Person, state: State, turn: Turn) -> Reply | None:
    """Answer who is missing today, and how the matter of a child stands; None if something else is said."""
    told, rest = class_alone(said)
    if _WHO.fullmatch(rest.strip()):
        return _missing_today(person, state, turn, told)
    match = _HOW.fullmatch(said)
    return _matter_of(match["name"], person, turn) if match else None


def _missing_today(person: Person, state: State, turn: Turn, told: Said) -> Reply:
    """Say of each class what its roll says today; a class that said nothing is 没点名, never 全到."""
    if not accounts.may(person, "roll.mark", person.area):
        return case_list.listed(person, turn)
    mine = bindings.classes_taught(turn.db, person.id) or bindings.classes_open(turn.db, person)
    classes = [one for one in mine if roll_desk.fits(one, told)] or mine
    if not classes:
        return Reply("还没有给您设班级，请联系学校或教育局。")
    desk = Desk.of(person, turn)
    lines = [_class_line(one, desk, turn) for one in classes[:CLASSES]]
    lines += [f"还有 {len(classes) - CLASSES} 个班，请在网页上看。"] if len(classes) > CLASSES else []
    if roll_desk.kept(state, turn, desk):
        lines.append(f"您刚才说的点名还没交，回复 {replies.link('点名')} 接着。")
    return Reply("\n".join(lines))


def _class_line(taught: Class, desk: Desk, turn: Turn) -> str:
    now = roll.state(turn.db, taught.id, turn.db.today())
    if now is None:
        return f"{taught.title}：今天还没点名。"
    gone = "、".join(
        f"{desk.children[key][0].name}（{roll_desk.SHOWN[why]}）"
        for key, why in now.reasons.items()
        if key in desk.children
    )
    return f"{taught.title}：今天 {now.present} 人到，{now.absent} 人没到{f'：{gone}' if gone else ''}。"


def _matter_of(name: str, person: Person, turn: Turn) -> Reply | None:
    """Say how the matters of a child stand; None where the words may be about something else than a child."""
    load = caseload.caseload_of(turn.db, person)
    owners = {one.case.id: one.owner for one in (*load.mine, *load.others)}
    found = [*(one.case for one in (*load.mine, *load.others)), *load.ended]
    desk = Desk.of(person, turn)
    names = desk.names | {one.child_name for one in found if one.child_name}
    meant = [one for one in names if one == name] or [
        one for one in names if len(one) > 2 and one[1:] == name
    ]
    if not meant:
        return _nobody(name, names)
    lines = [_case_line(turn.db, one, owners) for one in found if one.child_name in meant][:SHOWN]
    _note_looks(person, [one for one in found if one.child_name in meant][:SHOWN], turn)
    lines += [_on_roll(key, desk, turn) for key, (child, _) in desk.children.items() if child.name in meant]
    if not any(one.child_name in meant and one.open for one in found):
        lines.append(f"{'、'.join(meant)}现在没有在办的事。")
    return Reply("\n".join(lines))


def _nobody(name: str, names: set[str]) -> Reply | None:
    """Say that there is no such child where a name was plainly said; offer those that are near."""
    near = roll_names.near(name, names)
    if near:
        taps = replies.choices(f"{one}怎么样了" for one in near)
        return Reply(f"没有叫“{name}”的孩子，或者不归您管。您问的是不是：\n{taps}")
    if roll_names.is_like_name(name):
        return Reply(f"没有叫“{name}”的孩子，或者不归您管。请核对名字。")
    return None


def _case_line(db: Database, case: Case, owners: dict[str, str]) -> str:
    """Say how a case stands: its state, what was done last, who has it, what is due."""
    done = [
        one
        for one in cases.events_of(db, case)
        if one.key in ("contact", "persuasion", "observed", "back", "returned")
    ]
    last = ""
    if done:
        day = clock.local(done[-1].at)
        last = f"，{day.month}月{day.day}日{headline(done[-1].key, done[-1].did, done[-1].facts)}"
    who = f"，{owners[case.id] or '还没有人'}在办" if case.id in owners else ""
    return f"{case_list.told_apart(db, case)}现在是“{case.state}”{last}{who}。"


def _note_looks(person: Person, found: list[Case], turn: Turn) -> None:
    """Put on record whose matter somebody was told of."""
    if found:
        db = turn.to_write()
        with db.write():
            for one in found:
                audit.note(db, person.actor, "case.read", one.id)


def _on_roll(child: str, desk: Desk, turn: Turn) -> str:
    """Say what today's roll says of a child."""
    taught = desk.children[child][1]
    now = roll.state(turn.db, taught.id, turn.db.today())
    if now is None:
        return f"{desk.title(child)}：今天还没点名。"
    return f"{desk.title(child)}：今天{roll_desk.SHOWN[now.reasons[child]] if child in now.reasons else '到校了'}。"

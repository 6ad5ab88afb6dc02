"""A teacher tells of a call or a visit in the chat: 家访 王小明，奶奶说不念了. Read back once, then written on the case."""

from datetime import date

from bot.dialogue import replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.teachers import roll_words
from bot.teachers.roll_desk import Desk
from intake.errors import Refused
from intake.language import spoken
from intake.language.patterns import regex
from intake.people.accounts import Person
from intake.school import contacts

KEY = "contact"
"""Under which a contact that waits for its yes is kept in `State.roll`."""
CHANNEL = "wechat"
_TOLD = regex(
    "家访|上门|当面谈|去过?了?.{0,8}家里?(?:了|过|一趟|一次|看)|家里?去(?:过|了)"
    "|(?:打|通)(?:了|过|通)*.{0,4}电话|电话(?:打|联系|里|通了|没人接|不接)|^电话"
)
_FIRST = regex("^(?:家访|电话)")
_NOT_YET = regex(
    "明天|后天|下周|打算|准备|想去|要去|要不要|怎么|能不能|[?？]|[吗嘛]$|电话(?:号码?)?(?:换|改|错|是|变)"
)
_DAYS = ("前天", "昨天", "今天")


def hear(said: str, person: Person, state: State, turn: Turn) -> Reply | None:
    """Hear that a teacher has called or visited somebody of her classes; None if it is about something else."""
    state.roll.pop(KEY, None)
    if not _TOLD.search(said) or _NOT_YET.search(said):
        return None
    desk = Desk.of(person, turn)
    names = {child.name for child, _ in desk.children.values()}
    named = [key for key, (child, _) in desk.children.items() if child.name in said]
    if not named or (not _FIRST.search(said) and roll_words.read(said, names)):
        return None
    with_case = [one for one in named if contacts.case_for_contact(turn.db, one, person)]
    if len(with_case) != 1 or len({desk.children[one][0].name for one in named}) > 1:
        return _none(said, named, with_case, desk)
    state.roll[KEY] = {"child": with_case[0], "said": said, "day": _day(said, turn.db.today()).isoformat()}
    way = contacts.way_of(said)
    return Reply(
        f"请您核对：{desk.title(with_case[0])}，{state.roll[KEY]['day'][5:]} {way}，{contacts.outcome_of(said)}。\n"
        f"对就回复 {replies.link('确认')}，记在这个孩子的事里；不对回复 {replies.link('取消')}，再说一遍。"
    )


def waits(state: State) -> bool:
    """Tell whether a contact waits for its yes."""
    return KEY in state.roll


def confirm(person: Person, state: State, turn: Turn) -> Reply:
    """Write down what was read back."""
    kept = state.roll[KEY]
    db = turn.to_write()
    state.roll.pop(KEY)
    try:
        done = contacts.note_contact(
            db, kept["child"], kept["said"], person, day=date.fromisoformat(kept["day"]), channel=CHANNEL,
            token=f"{CHANNEL}:{turn.key}",
        )  # fmt: skip
    except Refused as refused:
        return Reply(str(refused))
    return Reply("记下了。" if done else "这个孩子现在没有在办的事，没有记。")


def _none(said: str, named: list[str], with_case: list[str], desk: Desk) -> Reply | None:
    """Say why nothing is written, to somebody who plainly meant it."""
    if with_case:
        return Reply("一次请只说一个孩子，例如：家访 王小明，奶奶说不念了。")
    if _FIRST.search(said):
        return Reply(
            f"{desk.title(named[0])}现在没有在办的事，没有记。孩子没来，请说“{desk.children[named[0]][0].name}没来”。"
        )
    return None


def _day(said: str, today: date) -> date:
    word = next((one for one in _DAYS if one in said), "今天")
    return spoken.day(word, today, lean="past") or today

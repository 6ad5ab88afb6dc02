"""What a parent asks of her own child's place at school: its class, whether its school roll has come over.

Answered to confirmed family alone; everybody else hears the same sentence, whoever the child is and whether there is one.
"""

from bot.dialogue import draft, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.understanding import Understood
from intake.children import links
from intake.children.children import Child
from intake.children.facts.fact import facts_of_children
from intake.children.facts.sources import REPORT
from intake.language.patterns import regex
from intake.places import gazetteer
from intake.reports import notice

QUESTION = "question"
"""Mark of a kept message that a person has to answer."""
_MINE = "(?:请问|你好|您好|老师|想问一?下|问一?下|查一?下|帮我|麻烦|那|[，,。 ])*"
_OF = (
    "(?:我们?家?|俺们?家?|咱们?家?)?的?(?:孩子|小孩|娃|儿子|女儿|闺女|孙子|孙女|[^，,。？?\\s]{2,4})?"
    "的?(?:现在|今年|到底|是|被)*"
)
_CLASS = regex(
    f"{_MINE}{_OF}(?:分(?:到|在|进)?了?|在|是|上)(?:哪个?|几年级|几|什么)(?:个|几)?(?:班级?|年级)(?:上学|里)?[啊呀呢吗了的]*[？?。]*"
)
_ROLL = regex(
    f"{_MINE}{_OF}学籍(?:已经|都|现在|到底)?(?:有没有|是不是|是否)?(?:转|接|办|调)(?:过来|到[^，,。？?]{{2,12}}|好|走|成|完|进来)?了?"
    "(?:吗|没有?|了没有?|么|没啊)?[啊呀呢]*[？?。]*"
)
_ASKS = regex("吗|没|么|[？?]|有没有|是不是|是否")


def hear_question(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Answer which class a child is in, or whether its roll has come; None where something else is said."""
    of_roll = bool(_ROLL.fullmatch(said) and _ASKS.search(said))
    if not of_roll and not _CLASS.fullmatch(said):
        return None
    mine = links.confirmed(turn.db, turn.reporter)
    named = [one for one in mine if one.name in said or (one.name[1:] in said and len(one.name) > 2)]
    if not mine:
        return _aside(_how_to_be_confirmed(turn), state, turn)
    told = [(_roll_of if of_roll else _class_of)(one, turn) for one in named or mine]
    lines = "\n".join(
        line or f"{one.name}：这里还没有记。" for one, line in zip(named or mine, told, strict=True)
    )
    if all(told):
        return _aside(f"{lines}\n不对的话，请告诉班主任。", state, turn)
    return _aside(f"{lines}\n您的问题转给工作人员了，会在这里回复您。", state, turn, note=QUESTION)


def _aside(sentence: str, state: State, turn: Turn, note: str = "") -> Reply:
    """Answer, then put the question again that was open."""
    question = draft.current(state, turn)
    return Reply(f"{sentence}\n\n{question}" if question else sentence, note)


def _how_to_be_confirmed(turn: Turn) -> str:
    return (
        "孩子的班级和学籍，要班主任先确认您是孩子的家长，才能在这里告诉您。\n"
        f"怎么确认：在这里登记一次孩子的事（回复 {replies.link('菜单')}），"
        "把姓名、学校、年级、班级和您的电话写对，班主任看到就能确认。\n"
        f"急的话，直接问班主任，或者找：{notice.contact(turn.db.settings)}"
    )


def _class_of(child: Child, turn: Turn) -> str:
    """Give a child's class, or nothing where it is in none."""
    place = gazetteer.world(turn.db).places.get(child.school) if child.school else None
    return f"{child.name}：{place.name}{child.title}。" if place and child.class_id else ""


def _roll_of(child: Child, turn: Turn) -> str:
    """Give how a child's transfer of roll stands, as lists or staff say it."""
    facts = facts_of_children(turn.db, [child.id], ("transfer_state",)).get(child.id, ())
    best = next((one for one in facts if one.source != REPORT or one.confirmed_by), None)
    state = best.get("transfer_state") if best else None
    return f"{child.name}：学籍{state}（{best.last_said} 记的）。" if best and state else ""

"""What a family says of a case that is under way: the child is back at school, or an answer to what it was told."""

from contextlib import suppress

from bot.asides.aside import aside
from bot.dialogue import emergency, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, IDLE, MENU, REVIEW, State
from bot.dialogue.turn import Turn
from bot.understanding import Understood
from intake.cases import case as cases
from intake.cases.case import Case
from intake.cases.told import family
from intake.errors import Problem
from intake.kinds import KINDS
from intake.language.patterns import regex
from intake.people import bindings
from intake.reports import lookup, promises, told_children

CHANNEL = "wechat"
SURE, CLEAR, POSSIBLE = 0.5, 0.8, 0.2
_LONGEST = 60
_BACK = regex(
    r"(?:回(?:去|到|了)?(?:学校|校|班)里?(?:上学|上课|念书|读书)?|回去(?:上学|上课|念书|读书)|[去来到]了?(?:学校|校)(?:上学|上课)?|[去来](?:上学|上课|念书|读书)"
    r"|返校|复课|复学|(?:上学|上课|念书|读书)去|[又在](?:上学|上课|念书|读书|学校)|上学)(?:了|啦|的|呢|上课)*"
)
_ROUND = regex(
    r"(?:俺|我|家|的|孩子|娃|他|她|儿子|闺女|女儿|姑娘|(?:大|小|外)?孙[子女]|老[大二三]|[弟哥]弟?哥?|[姐妹]妹?姐?|小子|丫头|这个?|那个?"
    r"|今[天日早儿]个?|早[上晨]|上午|下午|中午|昨[天日儿]|前天|[上这]?(?:周|星期|礼拜)[一二三四五]|刚刚?|刚才|已经?|又|都|就|也|现在|自己|我们?|咱们?|能|可以|开始|正常|按时"
    r"|您好|你好|老师|谢谢?[您你]?们?|感谢|辛苦了?|不用再?(?:找|管|来|操心|惦记|联系|跟进|麻烦|查|问)(?:他|她|了)*|放心|好的?|嗯|是的?|行"
    r"|[跟给和向][您你]们?|说(?:一声|下|一下)|告诉[您你]?(?:一声|一下)?|病?没事了|病?(?:都)?好了|烧?退烧?了|[的了吧呢啊呀哦哈]|[，,。！!、~～：:\s])*"
)
_DAY = regex(r"昨[天日儿]|前天|[上这]?(?:周|星期|礼拜)[一二三四五]")


def hear_back(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear that a child who was missing is back at school; None if the words say more, or something else.

    Nobody is taken off the list by it: the class teacher confirms.
    """
    if not _free(state) or len(said) > _LONGEST or not _BACK.search(said):
        return None
    mine = family.absences_of(turn.db, turn.reporter)
    if not _says_back(said, {one.child_name for one in mine}) or bindings.person_bound(
        turn.db, turn.reporter
    ):
        return None
    named = [one for one in mine if one.child_name and (one.child_name in said or one.child_name[1:] in said)]
    mine = named or mine
    if not mine and state.kind == "absence":
        drop, go_on = replies.link("取消"), replies.link("继续")
        return Reply(f"好的，孩子在上学就好。刚才的登记不要了，回复 {drop}；还要报，回复 {go_on} 接着填。")
    if not mine:
        text = "好的，孩子在上学就好。您在这里没有正在办的“孩子未到校”，不用再做什么。"
        return aside(text, state, turn, otherwise=f"还有别的事，回复 {replies.link('菜单')}。")
    if len(mine) > 1:
        choices = replies.choices(dict.fromkeys(f"{_called(one, turn)}回学校了" for one in mine))
        return Reply(f"好的，是哪个孩子回学校了？\n{choices}")
    day = _DAY.search(said)
    return _back(mine[0], day[0] if day else "今天", state, turn)


def _free(state: State) -> bool:
    """Tell whether the words cannot be an answer: 昨天还上学了 is one to when the child was last at school."""
    asked = state.step == ASK and (
        state.kind != "absence" or state.asking in ("last_seen", "on_leave", "reason")
    )
    return (state.step in (IDLE, MENU, ASK, REVIEW) and not asked) and not emergency.under_way(state)


def _says_back(said: str, names: set[str]) -> bool:
    """Tell whether words say this and nothing besides: what else is said must not be lost in it."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        said = said.replace(name, "")
        said = said.replace(name[1:], "") if len(name) > 2 else said
    found = _BACK.search(said)
    return found is not None and any(
        _ROUND.fullmatch(said[: one.start()]) and _ROUND.fullmatch(said[one.end() :])
        for one in _BACK.finditer(said)
    )


def _back(case: Case, day: str, state: State, turn: Turn) -> Reply:
    who = promises.handler(turn.db, case)
    if not family.speaks(turn.db, case, turn.reporter):
        return _passed_on(f"好的，您说的记下了。{_to(case, turn)}", case, turn)
    if not family.may_say_back(turn.db, case):
        return Reply(
            f"您说过{_called(case, turn)}回学校了，已经记着。{who or '工作人员'}核实以后，这件事才算办完。"
        )
    try:
        family.say_back(turn.to_write(), case, {"day": day}, channel=CHANNEL, token=f"back:{turn.key}")
    except Problem as no:
        return Reply(f"没有记下：{no}")
    later = promises.there_again(turn.db, who)
    return Reply(
        f"记下了：您说{_called(case, turn)}{day}回学校了。{who or '工作人员'}会核实，核实以后这件事才算办完。{later}\n"
        f"想知道办得怎么样，回复 {replies.link('进度')}。"
    )


def _called(case: Case, turn: Turn) -> str:
    """Give the child's name, where it was said here and not typed into a page by whoever had the link."""
    told = {one.name for one in told_children.told_children(turn.db, turn.reporter)}
    return case.child_name if case.child_name in told else "孩子"


def hear_answer(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear an answer to what somebody was told of a case lately; None if the words are about something else."""
    receipt = family.message_told(turn.db, turn.reporter)
    report = lookup.find_report(turn.db, receipt) if receipt and not state.kind else None
    case = cases.case_of_report(turn.db, report.id) if report else None
    if case is None or _elsewhere(heard, case):
        return None
    if not family.speaks(turn.db, case, turn.reporter):
        return _passed_on(f"收到了。{_to(case, turn)}", case, turn)
    with suppress(Problem):  # it goes to a person all the same
        family.answer(turn.to_write(), case, said, channel=CHANNEL, token=f"answer:{turn.key}")
    return _passed_on(f"收到了。{_to(case, turn)}", case, turn)


def _elsewhere(heard: Understood, case: Case) -> bool:
    """Tell whether words are about another matter than the case they would answer, or about danger."""
    danger = next((key for key, one in KINDS.items() if one.urgent), "")
    if heard.leave or any(kind == danger and sure >= POSSIBLE for kind, sure in heard.alternatives):
        return True
    if heard.intent in ("status", "human", "greeting"):
        return heard.confidence >= SURE
    return heard.intent in KINDS and heard.intent != case.kind and heard.confidence >= CLEAR


def _to(case: Case, turn: Turn) -> str:
    """Say to whom words go, and when somebody reads them."""
    who = promises.handler(turn.db, case)
    later = promises.there_again(turn.db, who)
    return f"已经转给{who or '工作人员'}。{later}"


def _passed_on(sentence: str, case: Case, turn: Turn) -> Reply:
    more = f"急事请打电话，孩子有危险打 110。\n看看办到哪一步，回复 {replies.link('进度')}。"
    about = family.receipt_of(turn.db, case, turn.reporter)
    return Reply(f"{sentence}\n{more}", replies.ANSWER, about=about)

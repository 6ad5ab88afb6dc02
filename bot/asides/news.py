"""News of what was reported: the child is back at school, was found, ran off again, or the matter is settled.

The case is told and nobody is taken off a list by it: whoever has the case confirms. No new report is begun.
"""

from bot.asides.aside import aside
from bot.asides.family import CHANNEL, passed_on, put_on_case, told_to
from bot.dialogue import emergency, filing, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, CHOOSE, CONSENT, IDLE, MENU, PICK, REVIEW, State
from bot.dialogue.turn import Turn
from bot.understanding import SURE, Understood
from bot.understanding import news as reader
from bot.understanding.news import News
from intake.cases.case import Case
from intake.cases.told import family
from intake.errors import Problem
from intake.kinds import KINDS
from intake.language.patterns import regex
from intake.people import bindings
from intake.reports import promises, told_children
from intake.reports.lookup import schema

ABSENCE = "absence"
_STEPS = (IDLE, MENU, ASK, REVIEW, CONSENT, PICK, CHOOSE)
_ANSWERS = frozenset({"last_seen", "on_leave", "leave_until", "reason", "whereabouts", "description"})
"""Questions to which 昨天去了 may be an answer; only plainer news is heard there."""
_PLAIN = regex("回|返|复[学课]|又|已经|今[天早儿]|不用|甭|别|解决|找[到着]")
_GOOD = {"subsidy": "钱到了就好。", "boarding": "安排好了就好。", "enrollment": "办好了就好。"}


def hear_news(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Tell the case what is new; None where the words are no news, or news of nothing that is known here."""
    if state.step not in _STEPS or emergency.under_way(state) or len(heard.children) > 1:
        return None
    name = str(heard.facts.get("child_name", ""))
    plain = said.replace(name, "孩子") if name else said
    news = reader.read_news(plain) or _news_of(said, turn)
    if news is None or _is_answer(said, news, state, turn) or bindings.person_bound(turn.db, turn.reporter):
        return None
    cases = _about(news, said, heard, family.open_cases_of(turn.db, turn.reporter))
    if not cases:
        return _of_nothing_open(news, heard, state, turn)
    if news.what in (reader.FOUND, reader.DONE) and (danger := [one for one in cases if _urgent(one)]):
        return _of_danger(danger[0], said, state, turn)
    if len(cases) > 1:
        return _which(news, cases, turn)
    if news.what == reader.AWAY and not state.kind:
        state.said, state.offered = said, ""  # it may have been meant of another child
    reply = _tell(news, cases[0], said, turn)
    return _beside_draft(reply, cases[0].kind, name, state, turn)


def _news_of(said: str, turn: Turn) -> News | None:
    """Read news of a child that goes by less than its whole name: 小明又上学了."""
    for child in told_children.told_children(turn.db, turn.reporter) if len(said) <= reader.LONGEST else ():
        for name in (child.name, child.name[1:]):
            if len(name) > 1 and name in said:
                return reader.read_news(said.replace(name, "孩子"))
    return None


def _is_answer(said: str, news: News, state: State, turn: Turn) -> bool:
    """Tell whether words may answer what is asked: 昨天还上学了 is one to when the child was last at school."""
    if state.step != ASK:
        return False
    form = schema(turn.db, state.kind)
    if questions.is_option(form.field(state.asking), said):
        return True
    if state.asking in _ANSWERS:
        return news.what in (reader.AWAY, reader.FOUND) or not _PLAIN.search(said)
    return news.what == reader.AWAY


def _urgent(case: Case) -> bool:
    return case.kind in KINDS and bool(KINDS[case.kind].urgent)


def _about(news: News, said: str, heard: Understood, cases: list[Case]) -> list[Case]:
    """Give the cases that news may be about: by the child's name, by the matter that is named, by what is new."""
    name = str(heard.facts.get("child_name", ""))
    named = [one for one in cases if one.child_name and _is_named(one.child_name, said)]
    if name and not named:
        cases = [one for one in cases if not one.child_name]
    cases = named or cases
    titled = [one for one in cases if one.kind in KINDS and KINDS[one.kind].title in said]
    if titled:
        return titled
    if news.what == reader.DONE and not news.kind:
        return cases
    if news.what == reader.FOUND:
        danger = [one for one in cases if _urgent(one)]
        return danger or [one for one in cases if one.kind == ABSENCE]
    kind = news.kind or ABSENCE
    fitting = [one for one in cases if one.kind == kind and not one.restricted]
    if news.what == reader.AWAY and (heard.intent not in (ABSENCE, "other") or len(said) > 30):
        return []
    if not fitting and kind == ABSENCE and news.what == reader.BACK:
        return [one for one in cases if one.kind == "enrollment"]
    return fitting


def _is_named(name: str, said: str) -> bool:
    return name in said or (len(name) > 2 and name[1:] in said)


def _of_nothing_open(news: News, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Answer news where no case waits for it: a report of it that is under way may be dropped."""
    kind = news.kind or (ABSENCE if news.what in (reader.BACK, reader.DONE) else "")
    if state.kind and (state.kind == kind or (news.what == reader.DONE and not news.kind)):
        title = schema(turn.db, state.kind).title
        good = "孩子在上学就好。" if state.kind == ABSENCE else _GOOD.get(state.kind, "")
        drop, go_on = replies.link("取消"), replies.link("继续")
        state.step = MENU
        which = "刚才的登记" if state.kind == ABSENCE else f"刚才的{title}"
        return Reply(f"好的，{good}{which}不要了，回复 {drop}；还要报，回复 {go_on} 接着填。")
    told = heard.intent in KINDS and heard.confidence >= SURE and heard.intent != ABSENCE
    if (
        not news.only
        or not kind
        or (told and heard.intent != kind)
        or not (news.kind or news.what == reader.BACK)
    ):
        return None
    good = "孩子在上学就好。" if kind == ABSENCE else _GOOD[kind]
    text = f"好的，{good}您在这里没有正在办的“{schema(turn.db, kind).title}”，不用再做什么。"
    return aside(text, state, turn, otherwise=f"还有别的事，回复 {replies.link('菜单')}。")


def _of_danger(case: Case, said: str, state: State, turn: Turn) -> Reply:
    """Pass on that a child in danger was found; it ends nothing."""
    receipt = family.receipt_of(turn.db, case, turn.reporter)
    filing.add_to_report(turn, receipt, {}, said)
    promise = promises.closed_until(turn.db)
    return Reply(
        f"知道了，这句话已经转给工作人员。{promise}他们还要核实孩子是不是平安，才算办完；有人打电话来，请照实说。\n"
        "孩子又有危险，马上打 110 或 120。",
        emergency.kind(turn),
        about=receipt,
    )


def _which(news: News, cases: list[Case], turn: Turn) -> Reply:
    """Ask which child, or which matter, is meant."""
    if len({one.kind for one in cases}) > 1:
        words = [f"{_title(one, turn)}的事解决了" for one in cases]
        return Reply(f"好的，是哪件事？\n{replies.choices(dict.fromkeys(words))}")
    names = {_called(one, turn) for one in cases}
    if len(names) < 2:  # nothing tells them apart here: a person asks
        return passed_on(f"记下了。{told_to(cases[0], turn)}", cases[0], turn)
    new = "又没去上学" if news.what == reader.AWAY else "回学校了"
    new = new if cases[0].kind == ABSENCE else "的事解决了"
    return Reply(
        f"好的，是哪个孩子{'回学校了' if new == '回学校了' else ''}？\n{replies.choices(f'{one}{new}' for one in sorted(names))}"
    )


def _tell(news: News, case: Case, said: str, turn: Turn) -> Reply:
    """Tell one case; of danger in the words nothing is promised."""
    if case.kind == ABSENCE and news.what in (reader.BACK, reader.DONE):
        return _back(news, case, said, turn)
    put_on_case(case, said, turn)
    if news.what == reader.AWAY:
        return passed_on(f"记下了，这件事接着办。{told_to(case, turn)}", case, turn)
    if news.what == reader.FOUND:
        return passed_on(f"记下了。{told_to(case, turn)}孩子回学校了，再说一声。", case, turn)
    return passed_on(
        f"记下了：您说{_title(case, turn)}的事办好了。{told_to(case, turn)}核实以后才算办完。", case, turn
    )


def _back(news: News, case: Case, said: str, turn: Turn) -> Reply:
    """Tell a case that the child is back at school; the class teacher confirms."""
    who = promises.handler(turn.db, case)
    if not family.speaks(turn.db, case, turn.reporter):
        return passed_on(f"好的，您说的记下了。{told_to(case, turn)}", case, turn)
    if not family.may_say_back(turn.db, case):
        if case.last_event == "family_said":  # it was taken back since: 还没回去
            put_on_case(case, said, turn)
            return passed_on(f"好的，您说的记下了。{told_to(case, turn)}", case, turn)
        return Reply(
            f"您说过{_called(case, turn)}回学校了，已经记着。{who or '工作人员'}核实以后，这件事才算办完。"
        )
    day = news.day or "今天"
    try:
        family.say_back(turn.to_write(), case, {"day": day}, channel=CHANNEL, token=f"back:{turn.key}")
    except Problem as no:
        return Reply(f"没有记下：{no}")
    if not news.only or news.what == reader.DONE:
        put_on_case(case, said, turn)
    later = promises.there_again(turn.db, who)
    unsaid = "\n要是孩子还没回学校，说一声“还没回去”。" if news.what == reader.DONE else ""
    return Reply(
        f"记下了：您说{_called(case, turn)}{day}回学校了。{who or '工作人员'}会核实，核实以后这件事才算办完。{later}{unsaid}\n"
        f"想知道办得怎么样，回复 {replies.link('进度')}。"
    )


def _beside_draft(reply: Reply, kind: str, name: str, state: State, turn: Turn) -> Reply:
    """Say what becomes of the report that is being filled in beside it."""
    if not state.kind:
        return reply
    title = schema(turn.db, state.kind).title
    drop, go_on = replies.link("取消"), replies.link("继续")
    mine = state.answers.get("child_name") or state.facts.get("child_name")
    same = state.kind == kind and (not name or not mine or mine == name)
    state.step = MENU
    what = (
        f"正在填的{title}不要了，回复 {drop}；还要报，回复 {go_on}。"
        if same
        else f"刚才的{title}还留着，回复 {go_on} 接着填。"
    )
    return Reply(f"{reply.text}\n\n{what}", reply.note, about=reply.about)


def _title(case: Case, turn: Turn) -> str:
    return schema(turn.db, case.kind).title if case.kind in KINDS else "这件事"


def _called(case: Case, turn: Turn) -> str:
    """Give the child's name, where it was said here and not typed into a page by whoever had the link."""
    told = {one.name for one in told_children.told_children(turn.db, turn.reporter)}
    return case.child_name if case.child_name in told else "孩子"

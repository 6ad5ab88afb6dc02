"""What somebody says outside a report: a matter by its number or name, a receipt, something to add, thanks."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot import choice, commands
from bot.asides import family, leftover, passing
from bot.dialogue import asking, draft, filing, prefill, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import CHOOSE, IDLE, MENU, State
from bot.dialogue.turn import Turn
from bot.understanding import Understood, reason, understand
from intake.errors import Invalid
from intake.kinds import KINDS
from intake.language import text, unknown
from intake.reports import lookup, progress, receipts, told_children
from intake.reports.lookup import schema
from intake.reports.progress import Progress

_COURTESY = "~courtesy"
BREAK = timedelta(hours=6)
_RECEIPT = re.compile(r"[1-9][\d\s-]{11,20}")
_MORE = re.compile("^(?:对了|还有|另外|补充|再说一句|忘说了|忘了说)|因为|原因")
_BYE = re.compile(
    "(?:好[的嘞]?|嗯[呢呐哪]?|[行得成]嘞?|中|妥了?|知道了|收到|明白了?|再见|拜拜|没事了|没别的了?|ok|[吧呢啊呀，,。！! ])+"
)
_THANKS = re.compile(
    "(?=.*(?:谢|辛苦|费心|麻烦|感恩))(?:谢|感|恩|关心|收到|知道|明白|ok|老铁|辛苦|费心|麻烦|好[的嘞]?|嗯[呢呐]?|行|那|可|真|太|非常|十分|多|都|也|给|添|让|替|为|我|俺|孩子"
    "|大家|工作人员|老师|领导|同志|政府|教育局|[你您]们?|[了的啊呀呢哈啦吧~，,。！! ])++"
)
_PRAISE = re.compile(
    "(?=.*(?:好人|负责|认真|热心|贴心|周到|给力|厉害|不错|赞|棒|[真太]好|[真太]快))(?:[你您]们?|办事|办的|工作|服务|态度|效率|政府|真是?|太|挺|很|可|都|是|也"
    "|好人|一生平安|负责|认真|热心|贴心|周到|给力|厉害|不错|点?赞|棒|好|快|行|个|大|[的了啊呀呢哈啦吧~！! ])++"
)
_CLAUSES = re.compile("[，,。！!；;~ ]+")
_ASKS_AFTER = re.compile(
    "(?:到底|究竟|那|我们?|俺们?|[你您]们?|这|个|件|报|说|反映|登记|的|事|情|就|都|还|是不是|[，,])*"
    "(?:(?:有没有|有|没|没有|怎么还?没|咋还?没|啥时候有|什么时候有|多会儿有)人(?:来|给)?(?:管|理|联系|找|处理|问|办|来)*(?:我们?|俺们?|这事|一下)?|管不管|管没管|办没办|办了没)"
    "(?:管|的|了|啊|吗|么|没有?|呀|呢|[?？。！!])*"
    "|(?:那)?(?:我们?|俺们?)(?:家|孩子)?(?:那个?|的|报的|说的)(?:个|件)?事?(?:呢|咋样|怎么样|咋整|咋办)了?[?？]*"
)
"""What asks after a report without a word of it: 有人管吗, 那我的事呢."""
_IN_VAIN = re.compile("没人|(?<!有)没有人|管不管|管没管|办没办|办了没")


def hear_outside(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    """Hear somebody outside a report."""
    items: list[Callable[[State, Turn], Reply]] = [partial(choice.begin_chosen, kind) for kind in KINDS]
    items += [commands.progress, commands.human]
    chosen = questions.number(said)
    if chosen is not None and 1 <= chosen <= len(items):
        if turn.away >= filing.JUST_NOW:  # the menu that the number was of is out of sight
            return Reply(f"隔了一会儿，怕选错了，请您再选一下。\n{replies.menu(turn)}")
        return items[chosen - 1](state, turn)
    if kind := draft.named(text.compact(said), turn):
        return choice.begin_chosen(kind, state, turn)
    if number := _RECEIPT.search(said):
        if known := _progress_of(turn, number[0]):
            return Reply(replies.progress([known]))
        if heard.intent in ("status", "other"):
            return Reply(
                f"没查到您的这个回执号，请核对一下。\n{replies.progress(progress.progress_of_reporter(turn.db, turn.reporter))}"
            )
    if reply := _more(said, heard, state, turn):
        return reply
    if state.receipt and _ASKS_AFTER.fullmatch(text.compact(said)):
        return _asked_after(said, state, turn)
    if not _polite(said) and (reply := family.hear_answer(said, heard, state, turn)):
        return reply
    return _understood(said, heard, state, turn) or _unclear(said, heard, state, turn)


def _asked_after(said: str, state: State, turn: Turn) -> Reply:
    """Say how her reports stand; who has waited in vain is read by a person, too."""
    told = commands.progress(state, turn)
    if not _IN_VAIN.search(said):
        return told
    return replace(told, text=f"{told.text}\n您催的这句话也转给工作人员了。", note=replies.UNCLEAR)


def _understood(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Act on what is meant; who was offered the same matters twice and took none is offered them no more."""
    if unknown.says_nothing(said):
        return None
    if reply := choice.each_told(heard, state, turn):
        return reply
    reply = choice.understood(said, heard, state, turn)
    if (
        state.step != CHOOSE
        or heard.question
        or asking.count_question(state, asking.mark_of(" ".join(state.options)))
    ):
        return reply
    state.step, state.options = MENU if state.kind else IDLE, []
    return replace(reply, text=replies.noted(turn, state.failed)) if reply else None


def _more(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Put what is said right after a report into it: 对了，他是因为厌学."""
    report = filing.report_just_sent(turn, state.receipt)
    wrong = prefill.corrects(said)
    if (
        report is None
        or state.kind
        or not (wrong or _MORE.search(said))
        or heard.also
        or not progress.changeable(turn.db, report)
    ):
        return None
    form, before = schema(turn.db, report.kind), lookup.answers_of(turn.db, report)
    new = State(kind=form.kind, answers=dict(before))
    if wrong:
        right = prefill.gather(understand(prefill.meant(said), turn.db.today()), "", turn.db.today())
        new.answers |= prefill.correction(form, new, said, right)[0]
    else:
        facts = heard.facts | reason(said, form.kind, turn.db.today())
        prefill.fill(form, new, {key: value for key, value in facts.items() if key != "child_name"})
    more = {key: value for key, value in new.answers.items() if before.get(key) != value}
    if not more:
        return None
    left = leftover.leftover(said, form, {**before, **new.answers}, turn)
    if left and questions.add_words(form, new.answers, "，".join(left)):
        more, left = more | {"description": new.answers["description"]}, []
    try:
        filing.amend_report(turn, state.receipt, new.answers)
    except Invalid:  # it contradicts the rest: a person must see to it
        return None
    told = "，".join(f"{label}：{value}" for _, label, value in form.told(more))
    rest = f"没写进登记的：{''.join(f'“{one}”' for one in left)}" if left else ""
    return Reply(f"补进刚才的登记了（{told}）。{rest}回执号不变：{receipts.show_receipt(state.receipt)}。")


def _progress_of(turn: Turn, said: str) -> Progress | None:
    """Give the progress of a receipt if it is the reporter's own."""
    number = receipts.read_receipt(said)
    report = filing.own_report(turn, number) if number else None
    return progress.progress_with_steps(turn.db, report) if report else None


def thanks(said: str) -> bool:
    """Tell whether words say thanks or praise, and nothing besides."""
    clauses = [one for one in _CLAUSES.split(said.lower()) if one]
    if _THANKS.fullmatch(said.lower()):
        return True
    kind = [bool(_THANKS.fullmatch(one) or _PRAISE.fullmatch(one)) for one in clauses]
    return any(kind) and all(good or _BYE.fullmatch(one) for good, one in zip(kind, clauses, strict=True))


def _polite(said: str) -> bool:
    """Tell whether nothing is said but that it was heard, or thanks."""
    return unknown.says_nothing(said) or bool(_BYE.fullmatch(text.compact(said))) or thanks(said)


def welcome_back(state: State, turn: Turn) -> Reply:
    """Greet somebody who comes back after a while, and go on with the draft."""
    title = schema(turn.db, state.kind).title
    return draft.take_up(state, turn, f"您好，上次的{title}还没填完，给您留着呢，咱们接着来。")


def _unclear(said: str, heard: Understood, state: State, turn: Turn) -> Reply:
    if state.kind and turn.away >= BREAK:
        return welcome_back(state, turn)
    told = "" if heard.question or heard.complains or _polite(said) else _kept(heard, state)
    if told:
        before = f"{state.said}，" if state.said and turn.away < BREAK else ""
        state.said, state.offered = f"{before}{said}"[: prefill.LONGEST], turn.key
        return Reply(f"记下了（{told}）。是什么事呢？\n{replies.menu(turn)}", replies.UNCLEAR)
    if heard.schooling and not _polite(said):
        note = choice.COMPLAINT if heard.complains else replies.UNCLEAR
        return passing.passed_on(said, state, turn, choice.QUESTION if heard.question else note)
    if _polite(said):
        return _courteous(said, state, turn)
    state.failed += 1
    state.said, state.offered = said, turn.key
    return Reply(replies.unclear(turn, state.failed), replies.UNCLEAR)


def _kept(heard: Understood, state: State) -> str:
    """Keep what is told of a child before it is told what it is about; give it in words, or nothing."""
    facts = {key: heard.slots[key] for key in told_children.lasting_keys() if key in heard.slots}
    state.common = {**state.common, **facts}
    return "、".join(str(value) for key, value in facts.items() if key != "relation")


def _courteous(said: str, state: State, turn: Turn) -> Reply:
    """Answer thanks, a good-bye, a sign; that is nothing that was not understood, and no sentence comes twice in a row."""
    times = state.asked[_COURTESY] = state.asked.get(_COURTESY, 0) + 1
    if unknown.says_nothing(said) and not (
        text.compact(said).isalpha() or (turn.away < filing.JUST_NOW and state.receipt)
    ):
        return Reply(
            replies.menu(turn)
            if times <= asking.TWICE
            else f"您想说什么事，直接打字就行，或者回复 {replies.link('菜单')}。"
        )
    if _BYE.fullmatch(text.compact(said)) or unknown.says_nothing(said):
        return Reply(("好的，有事随时说。", "好的，我一直在。", "好，祝您和孩子都好。")[times % 3])
    more = ("", "孩子的事，有了难处就来说。", "祝您和孩子都好。")[times % 3 - 1]
    return Reply(f"不客气，有事随时说。{more}")

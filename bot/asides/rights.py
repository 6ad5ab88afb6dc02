"""The reporter's rights (个人信息保护法 §44-§47): see, correct, take back, delete."""

import re
from collections.abc import Callable, Mapping

from bot.asides.aside import aside, then
from bot.dialogue import asking, draft, emergency, filing, questions, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import IDLE, MENU, REVIEW, WHICH, State
from bot.dialogue.turn import Turn
from intake.fields import FILLED
from intake.house import retention
from intake.kinds import Answers, Report
from intake.kinds.envelope import Envelope
from intake.language import text
from intake.language.patterns import regex
from intake.reports import lookup, notice, progress, receipts
from intake.reports.lookup import schema
from intake.reports.told_children import spoken_answers, tells_who, typed_keys
from intake.talks import triage

DELETE = "确认删除"
_SURE, _SHORT = "delete", 30
_RECEIPT = re.compile(
    r"(?:要|想|就|是|把|给|撤回?|更正|改|回执|号|[：: ])*[1-9][\d\s-]{11,20}(?:的|号|这个|那个|这条|撤回|吧|[。，！ ])*"
)
"""A receipt and what may stand around it: 不撤1234 5678 9012 is none to be taken back."""
_NOT_NOW = re.compile(
    "(?:我|先|还是|那|就|又|都|也)*(?:不|别|没)(?:想|要|用|打算|说|是)?(?:要|想)?(?:撤回?|删除?|更正|改)?(?:我?的?(?:信息|登记|记录)|它|这个)?(?:[了的吧啊呀呢]|[，。！])*"
)
_ME = "(?:我们?家?|俺们?家?|咱们?家?|孩子|娃)的?"
_DATA = "(?:个人|所有|全部|登记|聊天|[这那]些?|的)*(?:信息|资料|数据|记录|内容|东西)"
_ASK = "(?:我|俺|想|要|请|能不能|可不可以|能|麻烦|给|帮|替|把|将|你们?|您|都|再|先|让|一下|[，, ])*"
_END = "(?:一下|了|掉|吧|啊|呀|呗|吗|行不行|行吗|可以吗|谢谢|[，,。!！?？])*"
_SEES = regex(
    f"(?:那|请问|这里|系统|[你您]们?|都|到底|究竟)*(?:记|存|收集|登记|保存|留|有|知道|掌握)(?:着|了|下|过|的)*{_ME}(?:的|些|都)*(?:哪些|啥|什么)(?:信息|资料|东西|内容)?{_END}"
    f"|{_ASK}(?:看看?|查查?|查看|瞅瞅|翻翻)(?:一下)?{_ME}(?:以前|之前|刚才|都)*(?:填|报|登记|说|留)?(?:过|的|了)*{_DATA}{_END}"
    f"|(?:我|俺)(?:以前|之前|刚才|都)*(?:填|报|登记)(?:了|过)*(?:些|的是|的都是)?(?:啥|什么){_END}"
)
_DELETES = regex(
    f"{_ASK}(?:删除?|清除|清空|抹掉?|注销)(?:了|掉|一下)*{_ME}{_DATA}{_END}"
    f"|{_ASK}{_ME}{_DATA}{_ASK}(?:删除?|清除|清空|抹|注销)(?:了|掉)*{_END}"
)
"""What is no command and asks for one: 你们都记了我啥, 把我的信息删了."""
_NO = frozenset(
    {
        "不",
        "不了",
        "不用了",
        "不要了",
        "算了",
        "不删",
        "不删了",
        "不撤了",
        "不撤回",
        "不撤回了",
        "不更正了",
        "不改了",
    }
)


def see(state: State, turn: Turn) -> Reply:
    """Show what the reporter has told, with numbers and phones masked, and what may be done with it."""
    found = lookup.reports_of(turn.db, turn.reporter)
    told = "\n\n".join(_shown(report, turn) for report in found) or "您在这里还没有登记过。"
    return aside(
        f"您在这里登记过的：\n{told}\n\n"
        f"有错回复 {replies.link('更正')}，不要了回复 {replies.link('撤回')}，要删除回复 {replies.link('删除我的信息')}。\n"
        "聊天原文保存 180 天；取消关注，聊天记录马上删除。",
        state,
        turn,
    )


def correct(state: State, turn: Turn) -> Reply:
    """Begin to correct a report that nobody has taken up yet."""
    state.asked.pop(WHICH, None)
    return _which("correct", state, turn)


def withdraw(state: State, turn: Turn) -> Reply:
    """Begin to take a report back that nobody has taken up yet."""
    state.asked.pop(WHICH, None)
    return _which("withdraw", state, turn)


def delete(state: State, turn: Turn) -> Reply:
    """Say what is deleted and what is not, and ask whether that is meant."""
    draft.set_aside(state)
    state.waiting = []  # what was said of danger is received; its questions would take 确认删除 for an answer
    state.step, state.said = WHICH, _SURE
    return Reply(
        "删除以后：这里的聊天记录、没提交的内容马上删掉，再登记时要重新告诉我们。\n"
        "已经提交的登记要按档案规定保存，能不能删由工作人员答复您。\n"
        f"确定要删，回复 {replies.link(DELETE)}；不删回复 {replies.link('取消')}。"
    )


def hear_asked(said: str, state: State, turn: Turn) -> Reply | None:
    """Hear in a sentence that somebody wants to see or delete what is known of her; None if it is something else."""
    word = text.compact(said)
    if state.talking or emergency.under_way(state) or len(word) > _SHORT:
        return None
    return (
        see(state, turn)
        if _SEES.fullmatch(word)
        else delete(state, turn)
        if _DELETES.fullmatch(word)
        else None
    )


def retractable(turn: Turn) -> list[Envelope]:
    """Give the reports that somebody may take back: nobody has begun on them, and none is of danger."""
    return [one for one in _open(turn) if not lookup.schema(turn.db, one.kind).urgent]


def _open(turn: Turn) -> list[Envelope]:
    return [one for one in lookup.reports_of(turn.db, turn.reporter) if progress.changeable(turn.db, one)]


def _alarmed(turn: Turn) -> bool:
    """Tell whether the newest report is of danger."""
    newest = lookup.reports_of(turn.db, turn.reporter, 1)
    return any(one.open and lookup.schema(turn.db, one.kind).urgent for one in newest)


def take_only(state: State, turn: Turn) -> Reply | None:
    """Take back the one report that was shown; None where there were several, or something else is asked."""
    action, *options = state.said.split()
    report = filing.own_report(turn, options[0]) if action == "withdraw" and len(options) == 1 else None
    if report is None:
        return None
    _close(state)
    return _withdraw(report, state, turn)


def hear(said: str, state: State, turn: Turn) -> Reply | None:
    """Hear which report is meant, or that deletion is; None if it is something else."""
    action, *options = state.said.split()
    word, number = text.compact(said), questions.number(said)
    if word in _NO or _NOT_NOW.fullmatch(word):
        return leave(state, turn)
    if number is not None and action != _SURE and not 1 <= number <= len(options):
        if asking.is_exhausted(state, WHICH):
            return leave(state, turn)
        return Reply(f"没有这个序号。\n{again(state, turn).text}")
    _close(state)
    if action == _SURE:
        return _deleted(state, turn) if word == DELETE else None
    if action == "withdraw" and len(options) == 1 and questions.agrees(said):
        number = 1
    receipt = (receipts.read_receipt(said) if _RECEIPT.fullmatch(said) else "") or (
        options[number - 1] if number else ""
    )
    report = filing.own_report(turn, receipt) if receipt in options else None
    return _ACTIONS[action](report, state, turn) if report else None


def again(state: State, turn: Turn) -> Reply:
    """Ask once more which report is meant, or whether deletion is."""
    action = state.said.split()[0]
    return delete(state, turn) if action == _SURE else _which(action, state, turn)


def leave(state: State, turn: Turn) -> Reply:
    """Ask no more; nothing was changed, and a draft still waits."""
    told = "好的，没有删。" if state.said == _SURE else "好的，没有动，登记还在。"
    _close(state)
    return then(Reply(told), state, turn)


def _close(state: State) -> None:
    state.step, state.said = MENU if state.kind else IDLE, ""


def _which(action: str, state: State, turn: Turn) -> Reply:
    if emergency.under_way(state):
        return aside("已经转给工作人员了。要改什么，直接说就行，我会补上。", state, turn)
    found = _open(turn) if action == "correct" else retractable(turn)
    verb = "更正" if action == "correct" else "撤回"
    if action == "correct" and state.kind:  # there is room for one draft: it must not be lost unasked
        go_on, drop = replies.link("继续"), replies.link("取消")
        title = schema(turn.db, state.kind).title
        return aside(
            f"{title}还没填完。先回复 {go_on} 填完，或者回复 {drop} 不要了，再更正别的。", state, turn
        )
    if not found and action == "withdraw" and _alarmed(turn):  # nobody takes an alarm back
        return aside(replies.ALARMED, state, turn)
    if not found:
        sentence = f"没有可以{verb}的登记。已经在办的，请告诉工作人员：{notice.contact(turn.db.settings)}"
        return aside(sentence, state, turn, otherwise=f"回复 {replies.link('进度')} 看办得怎么样。")
    if len(found) == 1 and action == "correct":
        return correct_report(found[0], state, turn)
    draft.set_aside(state)
    asking.count_question(state, WHICH)
    # Not in `options`: those are the children that a draft offers.
    state.step, state.said = WHICH, " ".join([action, *(report.receipt for report in found)])
    lines = replies.numbered(_line(report, turn) for report in found)
    return Reply(f"要{verb}哪一个？回复数字。\n{lines}\n不{verb}了，回复 {replies.link('取消')}。")


def correct_report(report: Envelope, state: State, turn: Turn) -> Reply:
    """Make of a report a draft that corrects it, and read it back."""
    state.drop_draft()
    state.kind, state.amending, state.step = report.kind, report.receipt, REVIEW
    form, known = schema(turn.db, report.kind), lookup.answers_of(turn.db, report)
    state.kept = {key: _mask(form, key, known) for key in known if form.field(key).guarded}
    state.answers = {key: one for key, one in known.items() if key not in state.kept}
    state.unknown = form.unverified(known)
    state.skipped = [key for key in form.insists if key not in known]  # it was asked when the report was made
    state.consent = report.consent
    for key in typed_keys(turn.db, report) & state.answers.keys():
        state.note_typed(key, state.answers[key], "")
    return Reply(
        f"好的，改这个登记（{receipts.show_receipt(report.receipt)}）。\n{draft.current(state, turn)}"
    )


def _withdraw(report: Envelope, state: State, turn: Turn) -> Reply:
    if not filing.withdraw_report(turn, report):
        return Reply(f"这个登记已经有人在办了，撤不了。请告诉工作人员：{notice.contact(turn.db.settings)}")
    title = schema(turn.db, report.kind).title
    return then(Reply(f"{title}（回执号 {receipts.show_receipt(report.receipt)}）已经撤回。"), state, turn)


def _deleted(state: State, turn: Turn) -> Reply:
    db = turn.to_write()
    notice.record(db, turn.reporter, False)
    retention.forget(db, turn.reporter)
    vars(state).update(vars(State()))
    kept = "您说的孩子有危险的话，处理完再删。" if triage.endangered(db, turn.reporter) else ""
    return Reply(
        f"聊天记录和没提交的内容已经删除。{kept}已提交的登记能不能删，工作人员会答复您。", replies.DELETE
    )


def _shown(report: Envelope, turn: Turn) -> str:
    form = schema(turn.db, report.kind)
    answers, typed = lookup.answers_of(turn.db, report), typed_keys(turn.db, report)
    lines = [
        f"{label}：{questions.TYPED if key in typed and tells_who(key, form.field(key)) else _seen(form, key, answers, value)}"
        for key, label, value in form.told(answers)
    ]
    state = f" {report.status.word}" if report.withdrawn else ""
    return "\n".join([f"【{_line(report, turn)}{state}】", *lines])


def _seen(form: Report, key: str, answers: Answers, value: str) -> str:
    return _mask(form, key, answers) if form.field(key).guarded else value


def _mask(form: Report, key: str, answers: Answers) -> str:
    """Mask what a telephone that lies about must not show; the reporter's other words stand beside it."""
    shown = form.field(key).mask(answers[key])
    return progress.HIDDEN if shown == FILLED else shown


def _line(report: Envelope, turn: Turn) -> str:
    form, answers = schema(turn.db, report.kind), spoken_answers(turn.db, report)
    name = form.field("child_name").mask(answers["child_name"]) if answers.get("child_name") else ""
    return f"{form.title} {name} {receipts.show_receipt(report.receipt)}".replace("  ", " ")


_ACTIONS: Mapping[str, Callable[[Envelope, State, Turn], Reply]] = {
    "correct": correct_report,
    "withdraw": _withdraw,
}

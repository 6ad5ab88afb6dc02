"""The words that work in every state, typed or tapped."""

from collections.abc import Callable, Mapping

from bot.asides import rights, talk
from bot.asides.aside import aside, then
from bot.dialogue import answers, asking, draft, emergency, pages, questions, replies, review
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, CONSENT, REVIEW, WHICH, State
from bot.dialogue.turn import Turn
from bot.teachers import teacher
from intake.people import bindings
from intake.reports import passes, receipts
from intake.reports.lookup import schema
from intake.reports.progress import progress_of_reporter as progress_of_reporter
from intake.talks.matters import progress_of_matters

Command = Callable[[State, Turn], Reply]


def menu(state: State, turn: Turn) -> Reply:
    """Show the menu; an emergency has been received, a draft waits."""
    state.waiting, state.failed, state.talking = [], 0, ""
    draft.set_aside(state)
    if not state.kind:
        return Reply(replies.menu(turn))
    title = schema(turn.db, state.kind).title
    return Reply(f"{replies.menu(turn)}\n\n刚才的{title}还留着，回复 {replies.link('继续')} 接着填。")


def greet(state: State, turn: Turn) -> Reply:
    """Return a greeting."""
    return Reply(f"您好！{menu(state, turn).text}")


def help_(state: State, turn: Turn) -> Reply:
    """Say what the bot does and which words it knows."""
    more = f"\n想在网页上填，回复 {replies.link('网页')}。" if turn.db.settings.public else ""
    return aside(replies.HELP + more, state, turn, otherwise=f"现在就可以回复 {replies.link('菜单')}。")


def cancel(state: State, turn: Turn) -> Reply:
    """Drop the draft."""
    if emergency.under_way(state):
        received, state.waiting = bool(state.emergency), []
        return then(Reply(replies.ALARMED if received else replies.NOTHING_SENT), state, turn)
    if state.step == WHICH:
        return rights.leave(state, turn)
    if state.talking:
        state.talking = ""
        return aside(
            "好的，先不跟工作人员说了。您说过的他们都能看到。", state, turn, otherwise=replies.menu(turn)
        )
    if not state.kind:
        return Reply(f"现在没有正在填的内容。\n{replies.menu(turn)}")
    title, replaced = schema(turn.db, state.kind).title, state.replaces
    state.drop_draft()
    state.confidential = False
    told = f"好的，刚才的{title}不要了，没有提交。{'原来那份还在。' if replaced else ''}"
    if state.queue:
        return review.next_matter(f"{told}\n", {}, state, turn)
    return Reply(f"{told}想重新开始，回复 {replies.link('菜单')}。")


def back(state: State, turn: Turn) -> Reply:
    """Go back by one question."""
    if emergency.under_way(state) and state.emergency:
        return Reply(draft.current(state, turn))
    if state.step in (ASK, REVIEW):
        return answers.back(state, turn)
    return menu(state, turn)


def skip(state: State, turn: Turn) -> Reply:
    """Leave a question out."""
    if emergency.under_way(state):
        return then(emergency.skip(state, turn), state, turn)
    if state.step == ASK:
        return answers.skip(state, turn)
    return aside("这里没有可以跳过的问题。", state, turn, otherwise=replies.menu(turn))


def change(state: State, turn: Turn) -> Reply:
    """Show what can be changed."""
    if emergency.under_way(state):
        return aside("已经转给工作人员了。要改什么，直接说就行，我会补上。", state, turn)
    if state.step == REVIEW:
        asking.let_read_again(state)
        return Reply(f"要改哪一条？回复“修改”加序号，例如“修改1”。\n\n{draft.current(state, turn)}")
    if state.step != ASK:
        return rights.correct(state, turn)
    shown = questions.shown(schema(turn.db, state.kind), state)
    if not shown:
        return aside("还没有可以改的内容。", state, turn)
    lines = replies.numbered(f"{label}：{value}" for _, label, value in shown)
    return aside(f"到现在您答了：\n{lines}\n要改哪条，回复“修改”加序号，例如“修改1”。", state, turn)


def confirm(state: State, turn: Turn) -> Reply:
    """Send the draft, if it has been read back."""
    if emergency.under_way(state) and state.emergency:
        return aside("安全报告不用确认，已经收到了。", state, turn)
    if state.step == REVIEW:
        return review.confirm(state, turn)
    if state.step in (ASK, CONSENT) or emergency.under_way(state):
        return aside("还没有问完，答完我再请您确认。", state, turn)
    if state.step == WHICH:
        return rights.again(state, turn)
    if state.receipt:
        return Reply(f"已经收到了，不用再确认。回执号：{receipts.show_receipt(state.receipt)}")
    return Reply(f"现在没有要提交的内容。\n{replies.menu(turn)}")


def progress(state: State, turn: Turn) -> Reply:
    """Tell how the reporter's reports stand."""
    matters = progress_of_matters(turn.db, turn.reporter)
    return aside(replies.progress(progress_of_reporter(turn.db, turn.reporter), matters), state, turn)


def human(state: State, turn: Turn) -> Reply:
    """Open a conversation with the staff; an emergency goes on, a draft waits."""
    if emergency.under_way(state):
        return aside(replies.human(turn), state, turn, note=replies.HUMAN)
    return talk.begin(state, turn)


def page(state: State, turn: Turn) -> Reply:
    """Give a link to the page of what is under way; to the start page, or a teacher's roll, otherwise."""
    kind = emergency.kind(turn) if emergency.under_way(state) else state.kind
    there = pages.link(
        kind or (passes.ROLL if bindings.person_bound(turn.db, turn.reporter) else ""), turn, "打开网页"
    )
    if not there:
        return aside("网页还没有开通，在这里说就行。", state, turn)
    keeps = "您在这里说过的，网页上不用再填。" if state.kind and state.kind == kind else ""
    return aside(
        f"点这里：{there}，看不清字就点：{pages.large(there)}（30 分钟内有效，只在第一台打开的手机上能用，别转给别人）。{keeps}",
        state,
        turn,
    )


def bind(state: State, turn: Turn) -> Reply:
    """Say how a class teacher binds her account."""
    return aside(teacher.explain(turn), state, turn)


WORDS: Mapping[str, Command] = {
    "菜单": menu,
    "帮助": help_,
    "取消": cancel,
    "返回": back,
    "跳过": skip,
    "修改": change,
    "确认": confirm,
    "进度": progress,
    "更正": change,
    "撤回": rights.withdraw,
    "我的信息": rights.see,
    "删除我的信息": rights.delete,
    "人工": human,
    "绑定": bind,
    "网页": page,
}

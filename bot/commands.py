"""The words that work in every state, typed or tapped."""

from collections.abc import Callable, Mapping

from bot.asides import rights, talk
from bot.asides.aside import aside, then
from bot.dialogue import answers, draft, emergency, pages, replies, review
from bot.dialogue.office import Office
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, CONSENT, REVIEW, WHICH, State
from bot.teachers import teacher
from intake.reports import passes, receipts

Command = Callable[[State, Office], Reply]


def menu(state: State, office: Office) -> Reply:
    """Show the menu; an emergency has been received, a draft waits."""
    state.waiting, state.failed, state.talking = [], 0, ""
    draft.set_aside(state)
    if not state.kind:
        return Reply(replies.menu(office))
    title = office.form(state.kind).title
    return Reply(f"{replies.menu(office)}\n\n刚才的{title}还留着，回复 {replies.link('继续')} 接着填。")


def greet(state: State, office: Office) -> Reply:
    """Return a greeting."""
    return Reply(f"您好！{menu(state, office).text}")


def help_(state: State, office: Office) -> Reply:
    """Say what the bot does and which words it knows."""
    more = f"\n想在网页上填，回复 {replies.link('网页')}。" if office.settings.public else ""
    return aside(replies.HELP + more, state, office, otherwise=f"现在就可以回复 {replies.link('菜单')}。")


def cancel(state: State, office: Office) -> Reply:
    """Drop the draft."""
    if emergency.under_way(state):
        received, state.waiting = bool(state.emergency), []
        told = "安全报告已经收到，不用取消，专人会联系您；如果孩子没事了，接电话时说一声就行。"
        return then(Reply(told if received else "好的，没有提交。孩子有危险随时说。"), state, office)
    if state.step == WHICH:
        return rights.leave(state, office)
    if state.talking:
        state.talking = ""
        return aside(
            "好的，先不跟工作人员说了。您说过的他们都能看到。", state, office, otherwise=replies.menu(office)
        )
    if not state.kind:
        return Reply(f"现在没有正在填的内容。\n{replies.menu(office)}")
    title = office.form(state.kind).title
    state.drop_draft()
    told = f"好的，刚才的{title}不要了，没有提交。"
    if state.queue:
        return review.next_matter(f"{told}\n", {}, state, office)
    return Reply(f"{told}想重新开始，回复 {replies.link('菜单')}。")


def back(state: State, office: Office) -> Reply:
    """Go back by one question."""
    if emergency.under_way(state) and state.emergency:
        return Reply(draft.current(state, office))
    if state.step in (ASK, REVIEW):
        return answers.back(state, office)
    return menu(state, office)


def skip(state: State, office: Office) -> Reply:
    """Leave a question out."""
    if emergency.under_way(state):
        return then(emergency.skip(state, office), state, office)
    if state.step == ASK:
        return answers.skip(state, office)
    return aside("这里没有可以跳过的问题。", state, office, otherwise=replies.menu(office))


def change(state: State, office: Office) -> Reply:
    """Show what can be changed."""
    if emergency.under_way(state):
        return aside("已经转给专人了。要改什么，直接说就行，我会补上。", state, office)
    if state.step == REVIEW:
        return Reply(f"要改哪一条？回复“修改”加序号，例如“修改1”。\n\n{draft.current(state, office)}")
    if state.step != ASK:
        return rights.correct(state, office)
    shown = office.form(state.kind).shown(state.answers)
    if not shown:
        return aside("还没有可以改的内容。", state, office)
    lines = replies.numbered(f"{label}：{value}" for _, label, value in shown)
    return aside(f"到现在您答了：\n{lines}\n要改哪条，回复“修改”加序号，例如“修改1”。", state, office)


def confirm(state: State, office: Office) -> Reply:
    """Send the draft, if it has been read back."""
    if emergency.under_way(state) and state.emergency:
        return aside("安全报告不用确认，已经收到了。", state, office)
    if state.step == REVIEW:
        return review.confirm(state, office)
    if state.step in (ASK, CONSENT) or emergency.under_way(state):
        return aside("还没有问完，答完我再请您确认。", state, office)
    if state.step == WHICH:
        return rights.again(state, office)
    if state.receipt:
        return Reply(f"已经收到了，不用再确认。回执号：{receipts.show(state.receipt)}")
    return Reply(f"现在没有要提交的内容。\n{replies.menu(office)}")


def progress(state: State, office: Office) -> Reply:
    """Tell how the reporter's reports stand."""
    return aside(replies.progress(office.progress()), state, office)


def human(state: State, office: Office) -> Reply:
    """Open a conversation with the staff; an emergency goes on, a draft waits."""
    if emergency.under_way(state):
        return aside(replies.human(office), state, office, note=replies.HUMAN)
    return talk.begin(state, office)


def page(state: State, office: Office) -> Reply:
    """Give a link to the page of what is under way; to the start page, or a teacher's roll, otherwise."""
    kind = emergency.kind(office) if emergency.under_way(state) else state.kind
    there = pages.link(kind or (passes.ROLL if office.teacher() else ""), office, "打开网页")
    if not there:
        return aside("网页还没有开通，在这里说就行。", state, office)
    keeps = "您在这里说过的，网页上不用再填。" if state.kind and state.kind == kind else ""
    return aside(f"点这里：{there}（30 分钟内有效，别转给别人）。{keeps}", state, office)


def bind(state: State, office: Office) -> Reply:
    """Say how a class teacher binds her account."""
    return aside(teacher.explain(office), state, office)


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

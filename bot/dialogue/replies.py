"""What the bot says outside questions: plain, warm, short sentences, and links that can be tapped."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.dialogue.turn import Turn
from intake.kinds import KINDS, Report
from intake.reports import notice, receipts
from intake.reports.progress import Progress

HUMAN, UNCLEAR, DELETE, ANSWER = "human", "unclear", "delete", "reply"
"""Marks on kept messages that a person must read."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, the mark under which the message is kept where it is not just its type, and the report it belongs to."""

    text: str
    note: str = ""
    report: str = ""
    settles: str = ""
    """Key of an earlier message that no person need answer any more."""
    about: str = ""
    """Receipt of the report that the words are about, for whoever must read them."""
    kind: str = ""
    """Kind of report that the words touch on, for whoever must read them."""


HELP = (
    "我能帮您登记孩子上学的事：入学、住校和坐车、补助、没来上学、安全。\n"
    "选一件事，我一个一个问，您一个一个答；答完给您看一遍，您回复“确认”才提交。\n"
    "随时可以回复：菜单、返回（上一题）、跳过、修改、取消、进度、我的信息、撤回、人工。\n"
    "孩子回去上学了，说一声就行。不想让学校和镇街知道是您说的，说“别说是我说的”。"
)
ALARMED = (
    "您说的已经转给工作人员，不用取消，也撤不回来：孩子安全，要有人核实过才算完。\n"
    "弄错了，或者孩子没事了，有人打电话来，您照实说一声就行。"
)
"""Said to whoever takes danger back."""
NOTHING_SENT = "好的，没有提交。孩子有危险随时说。"
DETAILS = "详细"
"""The word that shows the whole notice."""
OPTIONAL = "（这一题可以回复“跳过”）"
WORDLESS = {
    "image": "照片收到了，可我看不懂照片。请用文字说一说是什么事。",
    "voice": "语音收到了，可我没听清。请打几个字告诉我，短一点也行。",
    "video": "视频收到了，可我看不懂视频。请用文字说一说是什么事。",
    "shortvideo": "视频收到了，可我看不懂视频。请用文字说一说是什么事。",
    "location": "位置收到了。请再用文字写一下是哪个镇、哪个村。",
    "link": "链接收到了，可我打不开链接。请用文字说一说是什么事。",
}


def link(word: str, shown: str = "") -> str:
    """Make a word that can be tapped; a word that would break the address stays plain."""
    if any(sign in word for sign in '<>"&#%'):
        return shown or word
    return f'<a href="weixin://bizmsgmenu?msgmenucontent={word}&msgmenuid=1">{shown or word}</a>'


def menu(turn: Turn) -> str:
    """List the kinds of report and the other things one can do, numbered."""
    kinds = [f"{link(kind.title)}（{kind.about}）" for kind in KINDS.values()]
    lines = numbered([*kinds, f"{link('进度')}（办得怎么样了）", f"{link('人工')}（找工作人员）"])
    return f"您想说哪件事？回复数字，或者直接说：\n{lines}\n孩子有危险请先打 110。"


def welcome(turn: Turn) -> str:
    """Greet somebody new."""
    house = turn.db.settings
    return f"您好，这里是{house.district_name}{house.bureau}“保学通”。孩子上学有难处，都可以在这里说。\n\n{menu(turn)}"


def consent() -> str:
    """Give the notice that comes before the first personal question, on one screen."""
    told = "\n".join(notice.summary())
    return f"先跟您说清楚：\n{told}\n想看全文，回复 {link(DETAILS)}。\n{consent_question()}"


def details(turn: Turn) -> str:
    """Give the whole notice, to who asks for it."""
    told = "\n".join(f"【{heading}】{sentence}" for heading, sentence in notice.paragraphs(turn.db.settings))
    return f"怎么用您和孩子的信息：\n{told}\n\n{consent_question()}"


def why(turn: Turn) -> str:
    """Say in short what the notice says, to who asks about it."""
    return (
        "只用来帮孩子上学，只有负责这件事的工作人员能看到，身份证号和电话加密保存，您随时可以看、改、撤回。\n"
        f"不同意也不影响孩子上学，可以打电话或到学校当面说：{notice.contact(turn.db.settings)}"
    )


def consent_question() -> str:
    """Ask for the answer to the notice."""
    return f"您同意吗？回复 {link('同意')} 或 {link('不同意')}。"


def consent_left(turn: Turn) -> str:
    """Say what people will do with what somebody said who did not answer the notice, without asking again."""
    return (
        f"先不问您了。您说的话工作人员会看到，会在这里回复您。急的话可以找：{notice.contact(turn.db.settings)}\n"
        f"什么时候想接着登记，回复 {link('同意')} 就行。"
    )


def review_left() -> str:
    """Say what becomes of a report that was read back and not answered, without reading it back again."""
    return (
        "先不问您了。您说的都给您留着，工作人员会看到，会在这里联系您。\n"
        f"您看着都对，回复 {link('确认')} 就交上去；不要了，回复 {link('取消')}。"
    )


def refused(turn: Turn) -> str:
    """Say how to report without the chat."""
    return f"好的，我们不会记录。孩子上学不受影响，您可以打电话或到学校当面说：{notice.contact(turn.db.settings)}"


def received(form: Report, receipt: str, promise: str, word: str = "") -> str:
    """Give the receipt, and what happens next; the word by which it is looked up, where it needs one."""
    told = f"查进度的口令：{receipts.show_word(word)}（没留电话或姓名，在网页上查要用）\n" if word else ""
    return (
        f"已经收到，谢谢您。\n{form.title}回执号：{receipts.show_receipt(receipt)}\n{told}{promise}\n"
        f"想知道办得怎么样，回复 {link('进度')}。"
    )


def amended(receipt: str, done: bool, contact: str) -> str:
    """Say that a report was corrected, or that it was too late for that here."""
    if not done:
        return f"这个登记已经有人在办了，这里改不了。请告诉工作人员：{contact}"
    return f"改好了，回执号不变：{receipts.show_receipt(receipt)}。"


def progress(found: Iterable[Progress], matters: Iterable[str] = ()) -> str:
    """Tell how reports stand, and in a line each matters that are none."""
    lines = [
        line
        for one in found
        for line in (
            f"回执 {receipts.show_receipt(one.receipt)}：{one.sentence}",
            *(f"　{step.at} {step.what}" for step in one.steps),
            *([f"　接下来：{one.coming}"] if one.coming else []),
        )
    ]
    return "\n".join([*lines, *matters]) or "您在这里还没有登记过。"


def human(turn: Turn) -> str:
    """Say how to reach people."""
    return f"可以直接找：{notice.contact(turn.db.settings)}\n也可以把要说的话写在这里，会留给工作人员看。"


def talking(turn: Turn) -> str:
    """Say how to talk to people here, and how otherwise."""
    contact = notice.contact(turn.db.settings)
    return f"请把要说的话写在这里，工作人员在这里回复您。说完了回复 {link('菜单')}。\n也可以直接找：{contact}"


def unclear(turn: Turn, times: int) -> str:
    """Say, differently each time, that a message was kept but not understood."""
    if times <= 1:
        return f"您说的我没太看懂，已经替您记下了。\n{menu(turn)}"
    if times == 2:
        return f"还是没看懂，不好意思。您可以回复一个数字来选，或者找人说：{notice.contact(turn.db.settings)}\n\n{menu(turn)}"
    return noted(turn, times)


def noted(turn: Turn, times: int) -> str:
    """Say, differently each time, that people read what was said, and ask nothing."""
    if times % 2:
        return f"这句话也转给工作人员了，会在这里回复您。急的话请找：{notice.contact(turn.db.settings)}"
    return f"也转过去了，工作人员会看到。想看能办哪些事，回复 {link('菜单')}。"


def choices(words: Iterable[str]) -> str:
    """List words that can be tapped, numbered."""
    return numbered(link(word) for word in words)


def numbered(lines: Iterable[str]) -> str:
    """Number lines from 1."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))

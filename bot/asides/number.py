"""Numbers: who asks which to call gets the bureau's; who sends one goes by it in the report that lacks one."""

from contextlib import suppress

from bot.asides.aside import aside
from bot.dialogue import emergency, filing, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.understanding import Understood
from intake.errors import Invalid
from intake.kinds import KINDS
from intake.language import text
from intake.language.patterns import regex
from intake.reports import lookup, notice, progress, receipts
from intake.reports.mending.correcting import CorrectedOften

_WHOSE = (
    "(?:请问|麻烦|想问|问一?下|我们?|俺们?|[您你咱]们?|这[儿里边]?|那[儿里边]?|想|要|得|该|应该|能|可以|的|教育局|局里|学校|老师|班主任|工作人员"
    "|人工|客服|领导|政府|官方|单位|联系|咨询|办公|投诉|举报|值班|服务|给|找|有没有|有|打|用|[,， ])*"
)
_NUMBER = "(?:电话|热线|号码|手机|座机|联系方式|联系电话)(?:号码?|的号)?"
_WHICH = (
    "(?:多少|几号?|啥|什么|哪个|哪些|在哪[儿里]?|给[我俺](?:一下|一个|个)?|给一?个"
    "|告诉[我俺](?:一下|一声)?|发[我俺]?(?:一下|个)?|有吗|有没有|呢)"
)
_END = "[是的号码电话来着啊呀呢吧吗么嘛呗,， ?？。!！~]*"
_ASKS = regex(
    f"{_WHOSE}{_NUMBER}(?:是|打|我打|找|的|,|，)*{_WHICH}{_END}"
    f"|{_WHOSE}(?:打|拨|拨打|call)(?:哪个|哪一个|啥|什么|多少|几)(?:电话|号码|号)?{_END}"
    f"|{_WHOSE}(?:电话|号码)?(?:往|上|该往|要往)哪[儿里]?(?:打|拨|打电话|拨电话){_END}"
    f"|{_WHOSE}(?:怎么|咋|如何)(?:才能|能|样)?(?:联系|找到?|打电话给?|给)(?:[您你]们?|教育局|局里|工作人员|人工|人)?(?:打电话)?{_END}"
    f"|{_WHOSE}有(?:没有)?[您你]?们?(?:的|个)?(?:联系|咨询|办公)?(?:电话|号码)(?:吗|么|没有)?[?？。 ]*"
)
_WHAT_THEN = regex(f"(?:那|我们?|俺们?|这|可|该|现在|[,， ])*(?:咋|怎么|如何)(?:办|整|弄)(?:好|才好)?{_END}")
"""那咋办: asked where nothing is under way, as by who did not agree."""
_ASKS_WHY = regex(
    "(?:[你您]们?|他妈的?|这|那|些|个|我们?|俺们?|还|都|老|总|非得?|一定|必须|[，,])*"
    "(?:(?:要|问|填|留|打听|收集|登记)(?:着|了)?(?:这么|那么|这些|那些|我们?|俺们?|孩子|的|多|细|个|[，,])*(?:身份证号?码?|电话|姓名|名字|地址|信息|户口|东西|事)?(?:是|有)?(?:干啥|干什么|干嘛|做啥|做什么|啥用|什么用|有用吗|有啥用)(?:用|使)?"
    "|(?:为啥|为什么|凭啥|凭什么|干嘛)(?:要|问|得|非得|填|给|告诉)*(?:[你您]们?)?(?:看|填|问)?(?:我们?|俺们?|孩子|的|这么|多|这些|个)*(?:身份证号?码?|电话|姓名|名字|地址|信息|户口)?"
    "|(?:填的|写的|说的|信息|内容|东西)?(?:都)?(?:有)?(?:(?:谁|哪些人|什么人|别人|外人|老师)(?:能|可以|会)*(?:看见|看到|看得到|看)|(?:哪些人|什么人|别人|外人|老师)(?:能|可以|会)*知道)(?:吗|不)?"
    "|(?:我们?|俺们?|孩子)?(?:的|家)*(?:信息|身份证|电话|资料)*(?:会不会|能不能|会|安全)(?:泄露|泄漏|卖|外传|传出去)?(?:吗|不)?)[啊呀呢吗么的了吧?？。!！]*"
)
"""What asks what is done with what is told."""
_LONGEST = 30
"""Characters of a question; what is longer is not even looked at, for it might take long."""


def hear(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Hear what is asked of numbers, and one that is sent; None if it is neither, or a person is being written to."""
    if state.talking:
        return None
    asked = (_number(said, state, turn) or _why(said, state, turn)) if len(said) <= _LONGEST else None
    return asked or _own(heard, state, turn)


def _number(said: str, state: State, turn: Turn) -> Reply | None:
    """Give the bureau's number to who asks for one; None if that is not asked."""
    word, idle = text.compact(said), not state.kind and not emergency.under_way(state)
    asked = bool(_ASKS.fullmatch(word)) or (idle and bool(_WHAT_THEN.fullmatch(word)))
    if not asked:
        return None
    danger = "孩子有危险打 110。" if emergency.under_way(state) else ""
    told = f"{danger}可以找：{notice.contact(turn.db.settings)}"
    return aside(told, state, turn, otherwise=f"在这里说也行，回复 {replies.link('菜单')}。")


def _own(heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Put a telephone that is sent by itself into the report that was made without one; None where none waits for it."""
    phone, idle = heard.slots.get("phone"), not state.kind and not emergency.under_way(state)
    report = filing.own_report(turn, state.receipt) if phone and idle and state.receipt else None
    if (
        report is None
        or heard.question
        or heard.intent in KINDS
        or emergency.FIRST in heard.extras
        or emergency.kind(turn) in heard.offers
    ):
        return None
    before = lookup.answers_of(turn.db, report)
    if before.get("phone"):
        return None
    if KINDS[report.kind].urgent:
        filing.add_to_report(turn, report.receipt, {"phone": phone}, "")
        return Reply("电话记下了，已经转给工作人员。", report.kind, about=report.receipt)
    if not progress.changeable(turn.db, report):
        return None
    with suppress(Invalid, CorrectedOften):  # then a person must see to it
        filing.amend_report(turn, report.receipt, {**before, "phone": phone})
        return Reply(f"电话记下了，补进登记里了。回执号不变：{receipts.show_receipt(report.receipt)}。")
    return None


def _why(said: str, state: State, turn: Turn) -> Reply | None:
    """Say what is done with what is told, to who asks in the middle of a report; None if that is not asked."""
    if not state.kind or emergency.under_way(state) or not _ASKS_WHY.fullmatch(text.compact(said)):
        return None
    return aside(replies.why(turn), state, turn)

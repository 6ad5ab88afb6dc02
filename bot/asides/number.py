"""Whoever asks which number to call gets the bureau's, wherever the conversation stands."""

from bot.asides.aside import aside
from bot.dialogue import emergency, replies
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.understanding import Understood
from intake.language import text
from intake.language.patterns import regex
from intake.reports import notice

_WHOSE = (
    "(?:请问|麻烦|想问|问一?下|那|我们?|俺们?|[您你咱]们?|这[儿里边]?|那[儿里边]?|想|要|得|该|应该|能|可以|的|教育局|局里|学校|老师|班主任|工作人员"
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
    f"|(?:那|我们?|俺们?|这|可|该|现在|[,， ])*(?:咋|怎么|如何)(?:办|整|弄)(?:好|才好)?{_END}"
    f"|{_WHOSE}有(?:没有)?[您你]?们?(?:的|个)?(?:联系|咨询|办公)?(?:电话|号码)(?:吗|么|没有)?[?？。 ]*"
)
_LONGEST = 30


def hear(said: str, heard: Understood, state: State, turn: Turn) -> Reply | None:
    """Give the bureau's number to who asks for one; None if that is not asked, or a person is being written to."""
    if state.talking or len(said) > _LONGEST or not _ASKS.fullmatch(text.compact(said)):
        return None
    danger = "孩子有危险打 110。" if emergency.under_way(state) else ""
    told = f"{danger}可以找：{notice.contact(turn.db.settings)}"
    return aside(told, state, turn, otherwise=f"在这里说也行，回复 {replies.link('菜单')}。")

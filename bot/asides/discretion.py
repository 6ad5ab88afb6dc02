"""A reporter who wants to stay unnamed: 别说是我说的, 别让他家知道, 不留名. Heard anywhere, kept for the report it is about."""

from dataclasses import replace

from bot.asides.aside import aside
from bot.dialogue import draft, emergency, filing
from bot.dialogue.replies import Reply
from bot.dialogue.state import ASK, State
from bot.dialogue.turn import Turn
from intake.kinds import KINDS
from intake.kinds.form import CONFIDED
from intake.language import text
from intake.language.patterns import regex

_WHOM = r"(?:老师|班主任|学校|校长|村里|村上|镇里|镇上|街道|别人|他们?|她们?|人家|任何人|谁)"
_NOT = "可?(?:千万)?(?:请?别|不要|不能|不想|不愿意?|不许|不敢|莫)"
_THEIRS = "他家?|她家?|孩子家?|人家|对方|邻居家?|那家|家里|老[\u4e00-\u9fff]家"
_KIN = "(?:家)?的?(?:人|家里|家长|爸妈|爸爸?|妈妈?|爷爷?|奶奶?|父母|大人)?(?:们)?"
_BY_ME = (
    "(?:是?(?:我|俺|谁)(?:说|讲|报|举报|反映|告)(?:出来|出去|上去)?的"
    "|是(?:我|俺)(?=$|[，。,.！!])|是(?:我|俺)捅[^，。]{0,3}的)?"
)
_UNNAMED = regex(
    rf"可?(?:千万)?(?:请?别|不要|不能|不想|不愿意?|不许|莫)(?:再)?(?:[跟和对给让叫]|告诉|通知)?{_WHOM}?(?:们)?(?:知道|说|提|讲|透露|告诉)?(?:出去)?了?"
    r"(?:是(?:我|俺|谁)(?![家们孩儿])(?:说|讲|报|举报|反映|告|打)?的?|(?:我|俺)(?:说|讲|报|举报|反映|告)的)"
    r"|(?:千万)?(?:请?别|不要)(?:透露|泄露|暴露)(?:我|俺)?(?:的)?(?:身份|姓名|名字|信息)|(?:我|俺)?(?:想|要|能不能|可以|能)?匿名(?:举报|反映|报)?"
    r"|(?:替|给|帮|为)(?:我|俺)保密|(?:请|要|需要)?保密(?:一下)?(?![吗么不性])"
    rf"|{_NOT}(?:让|叫|给|跟|和|对|告诉|通知|传到)(?:{_THEIRS}|{_WHOM})(?:们)?{_KIN}"
    rf"(?:知道|晓得|听见|听说|听到|看见|说)(?:了|是谁)?{_BY_ME}(?![^，。,.！!？? ]{{0,3}}(?:学|病|事情的))"
    rf"|{_NOT}(?:告诉|通知)(?:{_THEIRS}|{_WHOM})(?:们)?{_KIN}{_BY_ME}(?=$|[，。,.！!？?；; 啊呀吧])"
    rf"|{_NOT}(?:让人)?(?:往外|到处|出去|对外)(?:说|讲|传)(?:出去)?{_BY_ME}|{_NOT}把(?:我|俺)(?:说|讲|供|捅|卖|抖)(?:出去|出来|了)*|{_NOT}(?:提|说出?|露)(?:我|俺)(?:的?(?:名字?|姓名?))?(?![家们孩儿])"
)
_NAMELESS = regex(
    rf"(?:{_NOT}|不(?:方便|敢|用)?)(?:留|写|填|说|透露|给)(?:下|出)?(?:我|俺)?的?"
    r"(?:真?(?:姓名|名字|名姓|名(?=$|[，。,.！!；;、 了啊呀吧])|姓(?!名))"
    r"|(?:我|俺)是谁|电话|手机号?|联系方式)"
    r"|(?:我|俺)?(?:就|还是)?(?:不|别)(?:留(?:姓)?名|报姓名)了?"
)
_ROUND = regex(r"(?:[，,。！!、~～\s]|请|您|你|可以|行|吗|吧|啊|呀|哦|谢谢?|千万|就|哈|我|俺|[？?])*")
NEEDED = "这件事要由学校来办，学校得知道是谁家的孩子，没法保密。不想报了，回复“取消”。"
HIDDEN = "好的，会替您保密：学校和镇街不会知道是您说的。"
PASSED = "您不想让别人知道是您说的，这一点也告诉工作人员了。"
NAMELESS = (
    "可以不留名，也不用留电话。这样查到什么没法告诉您；交了以后记下回执号和口令，您自己能查。\n"
    "学校和镇街不会知道是您说的。"
)
OWN = "自己家孩子的事，要有电话才找得到您。电话只有办这件事的人看得到。"


def wishes(said: str) -> bool:
    """Tell whether words ask that nobody learns who reports."""
    return bool(_UNNAMED.search(said) or _NAMELESS.search(said))


def without(said: str) -> str:
    """Give what is said beside the wish: what goes into a report must not repeat it."""
    return text.normalise(_beside(said)).strip("，,。；; ") if wishes(said) else said


def _beside(said: str) -> str:
    return _NAMELESS.sub("", _UNNAMED.sub("", said))


def heed(said: str, state: State, turn: Turn) -> Reply | None:
    """Keep the wish for the report that it is about; answer it where nothing else was said."""
    if not wishes(said):
        return None
    state.confidential = True
    state.nameless = state.nameless or bool(_NAMELESS.search(said))
    alone = _ROUND.fullmatch(_beside(text.normalise(said)))
    if not alone:
        return None
    if emergency.under_way(state) or not state.kind:
        receipt = state.emergency if emergency.under_way(state) else state.receipt
        if filed(receipt, state, turn):
            return aside(CONFIDED, state, turn)
        kept = NAMELESS if state.nameless else "好的，您说的事会保密。"
        return aside(f"{kept}请说是什么事，例如：邻居家孩子没上学。", state, turn)
    if state.amending and filed(state.amending, state, turn):
        return aside(CONFIDED, state, turn)
    if not KINDS[state.kind].confides:
        state.confidential = state.nameless = False
        return aside(NEEDED, state, turn)
    if not state.nameless:
        return aside(HIDDEN, state, turn)
    if state.is_own:
        state.nameless = False
        return aside(f"{HIDDEN}\n{OWN}", state, turn)
    if state.step == ASK:
        return draft.following(state, turn, NAMELESS)
    return aside(NAMELESS, state, turn)


def answered(reply: Reply, state: State, turn: Turn) -> Reply:
    """Say at once to whoever told of a matter beside the wish that it is kept, or that it cannot be."""
    if not state.kind and reply.note and not emergency.under_way(state):
        return replace(reply, text=f"{PASSED}\n{reply.text}")
    if not state.kind or state.amending or emergency.under_way(state) or not state.confidential:
        return reply
    if KINDS[state.kind].confides:
        return replace(reply, text=f"{HIDDEN}\n{reply.text}")
    state.confidential = state.nameless = False
    return replace(reply, text=f"{NEEDED}\n{reply.text}")


def filed(receipt: str, state: State, turn: Turn) -> bool:
    """Keep the wish for a report that was made already; tell whether it is one that leaves that open."""
    report = filing.own_report(turn, receipt) if receipt else None
    if report is None or not KINDS[report.kind].confides or report.withdrawn:
        return False
    if not report.confidential:
        filing.conceal_report(turn, report)
    state.confidential = False
    return True

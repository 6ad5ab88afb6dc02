"""安全报告: a child in danger. In the chat only what saves time is insisted on (未成年人保护法 §11)."""

import re
from collections.abc import Mapping
from typing import Any

from intake import codes, fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.base import Report
from intake.kinds.statuses import ALARM
from intake.language import text
from intake.language.patterns import regex

OPEN = "不清楚"
"""What a child's safety is until somebody plainly says yes or no."""
LONGEST = 500
"""Characters of the description."""
_DOUBTS = re.compile(r"[?？…“”\"‘’'「」『』吗嘛]|\.{2,}|(?<![什怎])么")


def doubts(words: str) -> bool:
    """Tell whether words ask, hesitate or quote: 安全？, 是…, “安全”."""
    return bool(_DOUBTS.search(words))


GRAVE = frozenset({"受侵害", "自伤风险"})
"""What the bureau's officer of safety alone may see (未成年人保护法 §11)."""
_WHO = (
    r"(?:老师|教师|班主任|班任|校长|园长|(?<![村区女联])主任|教练|教官|辅导员|校医|保安|门卫|宿管|司机|食堂(?:师傅|阿姨|大爷))"
    r"(?:阿姨|大爷|师傅|叔叔|们)?"
)
_BETWEEN = (
    r"(?:动不动|不停地?|(?![说讲告通发看听叫让被问知反制拉处没不别送来给把对我俺他她你孩儿女闺姑娃同学有]|打电话)"
    r"[^，。；！？、\s]){0,6}?"
)
"""What may stand between whoever did it and what was done: who speaks of a child, or calls a teacher, accuses nobody."""
_TO = r"(?:把|对|用|拿|将|给|当着|往|朝|冲)(?:(?![说讲告送被])[^，。；！？\s]){1,9}?"
_DONE = (
    r"(?:打(?!电话|了?[个一]?(?:通|个)?电话|车|的去|招呼|120|110|12345|针|听|开|架|球|篮球|扫|印|卡|饭|报告|算|疫苗|游戏|水|扰|搅|发|包|理|完电话)"
    r"|骂|踢(?!球)|踹|扇|掐|抽(?!查|空|时间|血|签|烟|走|搐|风)|揪|拧|殴|动手|体罚|变相罚|罚(?:站|跪|跑|抄|蹲|他|她|孩子|学生)|侮辱|羞辱|辱骂|虐|欺负|猥亵"
    r"|性侵|强奸|侵犯|骚扰|搂|推(?:倒|搡|他|她|孩子|了)|拽|摸(?!了?摸?(?:[他她]|孩子)?的?(?:额头|脑门|头|脉)|底)"
    r"|亲(?:[他她嘴脸了]|孩子|吻)|抱(?!.{0,5}[去上到回进送下医]))"
)
_ACCUSED = regex(
    f"{_WHO}{_BETWEEN}{_DONE}|{_WHO}{_TO}{_DONE}"
    f"|{_WHO}(?:让|叫|逼|罚)[^，。；！？]{{0,6}}(?:罚站|站着|跪|打自己|扇自己|抽自己|脱|打耳光)"
)
"""Words that say what somebody who works at a school did to a child; not who only told of it, helped or was called."""


def names_staff(words: str) -> bool:
    """Tell whether words accuse somebody who works at a school."""
    return bool(_ACCUSED.search(words))


def danger_in(words: str) -> str:
    """Give the danger that words speak of, or nothing: what few may see before all else, then what is said at most length."""
    plain = text.compact(words)
    found = [
        (one.label in GRAVE, max(lengths), one.label)
        for one in codes.codes("danger")
        if (lengths := [len(each) for each in (one.label, *one.aliases) if len(each) > 1 and each in plain])
    ]
    return max(found)[2] if found else ""


class Safety(Report):
    """Tell of danger to a child."""

    kind = "safety"
    title = "安全报告"
    about = "受伤、走失、被欺负、有危险"
    ledger = "安全报告登记"
    promise = "{who}打电话联系您，请保持电话畅通。"
    handlers = "工作人员会"
    confides = True
    essential = ("what", "safe_now", "phone")
    foremost = ("safe_now", "phone", "description", "place")
    urgent = "如果孩子正有危险，请马上打 110；受伤或突发疾病打 120；心里难受可以打 12355。"
    opening = ALARM
    photos = 3

    what = fields.Choice(
        "danger",
        required=True,
        metadata=asked("情形", called="出了什么事", privacy=Privacy.SENSITIVE, prompt="发生了什么事？"),
    )
    safe_now = fields.Choice(
        "yes_no_unknown",
        required=True,
        metadata=asked(
            "目前是否安全", called="孩子现在安全吗", privacy=Privacy.OPEN, prompt="孩子现在安全吗？"
        ),
    )
    happened_at = fields.Moment(
        required=True,
        metadata=asked(
            "时间",
            called="什么时候的事",
            privacy=Privacy.OPEN,
            prompt="什么时候发生的？",
            hint="例如：刚才、昨天下午三点",
        ),
    )
    place = fields.Address(
        100,
        required=True,
        metadata=asked("地点", called="在哪里", privacy=Privacy.PERSONAL, prompt="在什么地方发生的？"),
    )
    told_guardian = fields.Choice(
        "yes_no",
        metadata=asked(
            "是否已告知监护人",
            called="告诉家里大人了吗",
            privacy=Privacy.OPEN,
            prompt="告诉孩子家里的大人了吗？",
        ),
    )
    told_parents_away = fields.Choice(
        "yes_no",
        metadata=asked(
            "是否已告知外出务工的父母",
            called="告诉在外打工的父母了吗",
            privacy=Privacy.OPEN,
            prompt="告诉在外打工的父母了吗？",
        ),
    )
    reported_to = fields.Choices(
        "authority",
        metadata=asked("已报告部门", called="已经告诉谁了", privacy=Privacy.OPEN, prompt="已经告诉谁了？"),
    )
    description = fields.Text(
        LONGEST, metadata=asked("说明", privacy=Privacy.SENSITIVE, prompt="请简单说说经过。", chat=True)
    )

    def excused(self, channel: str, said: Mapping[str, Any]) -> set[str]:
        """Ask on a page, too, only what saves time: whether the child is safe, and a telephone."""
        told = super().excused(channel, said)
        if channel in ("form", "proxy"):
            told |= {key for key, one in self.answers().items() if one.required} - {*self.foremost}
            told |= {"place"}
        return told

    def told_in_words(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Name the danger by the words for it that a page's free words hold."""
        found = "" if said.get("what") else danger_in(str(said.get("description") or ""))
        return {"what": found} if found else {}

    def restricts(self, answers: Mapping[str, Any]) -> bool:
        """Keep abuse, thoughts of suicide, and what names a school's staff, from whoever may be part of it."""
        return answers.get("what") in GRAVE or names_staff(str(answers.get("description") or ""))

    def settled(self, said: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
        """Leave open whether the child is safe where the words do not plainly say so, and keep the words."""
        words = said.get("safe_now")
        if not isinstance(words, str) or (codes.find("yes_no_unknown", words) and not doubts(words)):
            return said
        told = said.get("description", before.get("description", ""))
        kept = f"{told}\n{words}".strip() if isinstance(told, str) else words
        if len(kept) > LONGEST:  # words of danger are not cut off: whoever sends them is told
            return said
        return {**said, "safe_now": OPEN, "description": kept}

"""What a teacher's words say of her roll: who is missing and why, who came after all, or that all are there.

Names are looked for as they stand on the roll, so none is guessed; what stands where a name stands and is none of the
roll is `unknown`. What is left of a message when names, class and the words for being there or not are taken out tells
whether it was plain, or must be read back; clauses of which nothing was taken are `left`.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from bot.teachers.said import roll_counts, roll_names
from bot.teachers.said.roll_counts import RollCount
from bot.teachers.said.roll_names import NAME_SIGN, OTHER_SIGN, NameSpan
from intake.language import spoken
from intake.language.patterns import regex
from intake.school.roll import LEAVE, SICK, UNEXPLAINED

LONGEST = 300
THERE = "there"
_DIGIT = "一二两三四五六七八九十0-9"
_CLASS = regex(
    f"(?:[初小]?[一二三四五六七八九1-9](?:年级|年)?[(（.-]?[{_DIGIT}]{{1,2}}[)）]?班|初[一二三]|[一二三四五六七八九1-9]年级|[{_DIGIT}]{{1,2}}班)"
)
_SIGNS: tuple[tuple[str, str], ...] = (
    ("not on leave", "(?:没有?|未)(?:跟|向)?(?:我|老师|学校)?请?(?:过|到)?假|没打招呼"),
    (SICK, f"(?:请了?)?(?:[{_DIGIT}]{{1,3}}天)?病假"),
    (LEAVE, f"(?:请了?)?(?:[{_DIGIT}]{{1,3}}天)?事假|请了?(?:[{_DIGIT}]{{1,3}}天|半天)?假了?"),
    ("except", "除了?|就差|只差|还差|就缺|只缺|还缺"),
    ("all", "全员?到齐?|都到齐?|都来齐?|全来|[到来]齐|全齐|都齐|齐了|全班都在|都在|全勤|一个(?:都)?(?:不少|没落|没少)"
            "|(?:没人|无人|没有|无)(?:人)?缺[勤席课]"),
    (UNEXPLAINED, "(?:还?没有?|未|不)(?:再|见)?(?:来|到|见着?|上学|上课|返校|在校|在班|露面)(?:学校|校|上学|上课|班)?"
                  "|不在|缺[席勤课]|旷课|逃学|没影"),
    ("ill", "发烧|发热|感冒|流感|生病|有病|病了|住院|看病|肚子疼|拉肚子|头疼|咳嗽|水痘|手足口|腮腺炎|骨折|摔伤"),
    ("there", "(?:已经?|又|刚|补)?(?:来上学|来|到校|到)了"),
)  # fmt: skip
_SIGN = regex("|".join(f"(?P<s{at}>{pattern})" for at, (_, pattern) in enumerate(_SIGNS)))
_NOT_ALL = regex("[没不未](?:全|都|有?到齐|来齐|齐)|都(?:还)?[没不未]")
_LEADS = regex("的?(?:学生|同学|孩子|人|名单|有|是)*[:： ]*")
_FILLER = regex(
    "(?:今天|今儿个?|今日|今早|早上|早晨|上午|下午|现在|目前|到现在|还|也|都|就|只有?|全|俩|仨|[一两二三四五六七八九1-9]个|人|我们?|俺们?|咱们?"
    "|班主任|班[里上]?|本班|全班|学生|同学们?|孩子们?|其他|其余|别人|剩下|的|有|是|了|和|跟|与|及|以外|之外|外|[、，,。.！!；;：:\\s]|老师好?|校长好?|领导好?|您好|你好|早|报告"
    "|已经?|又|啊|呢|吧|到了?|来了?|学校|上课|上学)*"
)
_ASKS = regex("[?？]|[吗嘛]$|咋办|怎么办|多少|什么时候|能不能|可不可以|要不要|怎么请|如何")
_UNREAL = regex("要是|如果|假如|万一|明天|后天|下周|下礼拜|下星期|下午要|以前|去年|从前")
_OTHER_DAY = regex(
    "昨天|昨儿|前天|大前天|上周|上礼拜|上星期|上个?月|周[一二三四五]|礼拜[一二三四五]|星期[一二三四五]"
)
_SINCE = regex("打|从|自|就没|就不|开始|起|以来|到现在|一直")
_LATE = regex("(?:今天|早上|也|都|又|同学)*(迟到|早退|晚到|来晚)")
_PLAN = regex("[想要]请")
_CLAUSE = regex("[^，,。.！!；;\n]+")
_BESIDE = regex("\ue000(?:和|跟|与|、)(?P<who>[^，,。.！!；;、\n\ue000]+)")
"""What is joined to a name and is none: 唐佳琪和她弟弟没来."""
_COURTESY = regex(
    "(?:谢谢|麻烦|辛苦|好的?|收到|知道了|老师|校长|领导|主任|您|你|们|了|啊|呀|哈|汇报|报告|一下|就这些|就这样|没了|完毕"
    "|[ 、：:])*"
)


@dataclass
class Said:
    """What was said of a roll; names are those of the roll, `grade` and `class_name` the class that was named."""

    absent: dict[str, str] = field(default_factory=dict)
    there: list[str] = field(default_factory=list)
    everybody: bool = False
    plain: bool = True
    grade: str = ""
    class_name: str = ""
    unknown: dict[str, str] = field(default_factory=dict)
    """Names that are none of the roll, as they were said, with why they are missing; `THERE` of one who came."""
    given: frozenset[str] = frozenset()
    """Names of which the given name alone was said."""
    left: list[str] = field(default_factory=list)
    """What was said and not taken up, in its own words."""
    unsettled: list[str] = field(default_factory=list)
    """Names of which neither was said, missing or there, or both."""
    count: RollCount | None = None


def read(said: str, names: Collection[str], heard: Collection[str] = ()) -> Said | None:
    """Read what a teacher says; None if it is not about who is there today. `heard` are names made out otherwise."""
    if len(said) > LONGEST or _ASKS.search(said) or _UNREAL.search(said) or _PLAN.search(said):
        return None
    if _OTHER_DAY.search(said) and not _SINCE.search(said):
        return None
    found = Said()
    found.count, rest = roll_counts.read_count(_without_class(said, found))
    spans = roll_names.names_of_roll(rest, names)
    spans += roll_names.other_names(_blank(rest, spans), names, heard)
    spans.sort(key=lambda one: one.start)
    reader = _Reader(rest, spans, found)
    reader.read()
    reader.count()
    _part(found, list(dict.fromkeys(one.name for one in spans if not one.known)), names)
    if not (found.absent or found.there or found.everybody or found.unknown or found.count):
        return None
    if found.everybody and (found.absent or found.there or found.unknown or _NOT_ALL.search(said)):
        found.everybody = False
        if not (found.absent or found.there or found.unknown):
            return None
    found.given = frozenset(one.name for one in spans if one.known and not one.sure)
    plain = bool(_FILLER.fullmatch(_left(rest, spans)))
    found.unsettled += [f"{one.name}{late[1]}" for one in spans if (late := _LATE.match(rest, one.end))]
    found.unsettled += reader.left()
    found.left = _left_clauses(rest, spans)
    found.plain = found.plain and not found.given and plain
    if found.everybody and not found.plain:
        return None  # 都来了 in a longer sentence is about something else
    return found if found.absent or found.there or found.everybody or found.unknown or plain else None


def _part(found: Said, others: list[str], names: Collection[str]) -> None:
    """Part what was said of names that are none of the roll; of one who came only where it may be one of it."""
    for name in others:
        if name in found.absent:
            found.unknown[name] = found.absent.pop(name)
        elif name in found.there:
            found.there.remove(name)
            if roll_names.near(name, names):
                found.unknown[name] = THERE


def _blank(said: str, spans: list[NameSpan]) -> str:
    """Cover the names that were read, and the words for being there or not."""
    for one in spans:
        said = f"{said[: one.start]}{NAME_SIGN * (one.end - one.start)}{said[one.end :]}"
    return _SIGN.sub(lambda match: OTHER_SIGN * len(match[0]), said)


def _left_clauses(said: str, spans: list[NameSpan]) -> list[str]:
    """Give the clauses of which nothing was taken, but what is said out of courtesy."""
    blank, found = _blank(said, spans), []
    for match in _CLAUSE.finditer(blank):
        if NAME_SIGN not in match[0] and not _FILLER.fullmatch(match[0].replace(OTHER_SIGN, "、")):
            words = said[match.start() : match.end()].strip()
            found += [words] if words and not _COURTESY.fullmatch(words) else []
    beside = (match for match in _BESIDE.finditer(blank) if not _FILLER.fullmatch(match["who"]))
    return found + [said[match.start("who") : match.end("who")] for match in beside]


def class_alone(said: str) -> tuple[Said, str]:
    """Give the class that is named, and what else is said."""
    found = Said()
    return found, _without_class(said, found)


def _without_class(said: str, found: Said) -> str:
    match = _CLASS.search(said)
    if match is None:
        return said
    found.grade = spoken.grade(match[0]) or ""
    found.class_name = spoken.class_name(match[0]) or ""
    return f"{said[: match.start()]} {said[match.end() :]}"


def _left(said: str, spans: list[NameSpan]) -> str:
    """Give what is neither a name nor a word for being there or not."""
    for one in reversed(spans):
        said = f"{said[: one.start]}、{said[one.end :]}"
    return _SIGN.sub("", said)


@dataclass
class _Reader:
    """Goes through a message from name to sign and from sign to name."""

    said: str
    spans: list[NameSpan]
    found: Said
    waiting: list[str] = field(default_factory=list)
    """Names that no sign has followed yet."""
    last: list[str] = field(default_factory=list)
    """Names that the last sign was about."""
    ahead: str = ""
    """A sign that stands before its names: 没来的有…, 除了…."""
    ill: set[str] = field(default_factory=set)
    """Names of whom is said only that they are ill: did anybody ask for leave?"""
    late: list[str] = field(default_factory=list)
    """Names of whom is said that they did not come, and then that they did."""

    def read(self) -> None:
        """Enter into `found` what the message says."""
        blank = self.said
        for one in self.spans:
            blank = blank[: one.start] + NAME_SIGN * (one.end - one.start) + blank[one.end :]
        signs = [(one.start(), one.end(), _sign(one)) for one in _SIGN.finditer(blank)]
        ends = {one.start for one in self.spans}
        for _, end, what in sorted([*((one.start, one.end, f"={one.name}") for one in self.spans), *signs]):
            if what.startswith("="):
                self._name(what[1:])
            else:
                match = _LEADS.match(blank, end)
                leads = match is not None and match.end() in ends and bool(match[0] or not self.last)
                self._sign(what, leads and not self.waiting)
        self.found.plain = not self.waiting and not self.ill and not self.late

    def count(self) -> None:
        """Take names of which nothing is said for those who were counted: 两个没来，唐佳琪、李红."""
        if self.found.count and not (self.found.absent or self.found.there or self.found.everybody):
            self._settle(UNEXPLAINED)
            self.found.plain = not self.ill and not self.late

    def left(self) -> list[str]:
        """Give the names of which nothing was said, and of whom both was said: missing, and there."""
        return [*self.waiting, *(f"{name}来了" for name in self.late)]

    def _name(self, name: str) -> None:
        if self.ahead:
            self.found.absent[name] = self.ahead
            self.last.append(name)
        else:
            self.waiting.append(name)

    def _sign(self, what: str, leads: bool) -> None:
        if what == "except":
            self.ahead, self.last = UNEXPLAINED, []
        elif what == "all":
            self.found.everybody = not self.waiting
            self._settle("there")
            self.ahead = ""
        elif leads:
            self.ahead, self.last = (what if what in (SICK, LEAVE) else UNEXPLAINED), []
        elif self.waiting:
            self.ahead = ""
            self._settle(what)
        else:
            self._add(what)

    def _settle(self, what: str) -> None:
        """Say of the waiting names what a sign says."""
        if not self.waiting:
            return
        for name in self.waiting:
            if what == "there":
                self.found.there.append(name)
            else:
                self.found.absent[name] = {"ill": SICK, "not on leave": UNEXPLAINED}.get(what, what)
        if what == "ill":
            self.ill |= set(self.waiting)
        self.last, self.waiting = self.waiting, []

    def _add(self, what: str) -> None:
        """Hear more of the names just spoken of: 没来，请假了."""
        for name in self.last:
            before = self.found.absent.get(name)
            if before is None or what == UNEXPLAINED:
                continue
            if what == "there":
                self.late += [name] if name not in self.late else []
                continue
            if what == "not on leave":
                self.found.absent[name] = UNEXPLAINED
            elif what == "ill":
                self.found.absent[name] = SICK
                self.ill |= {name} if before == UNEXPLAINED else set()
            else:
                self.found.absent[name] = SICK if before == SICK else what
                self.ill.discard(name)


def _sign(match: re.Match[str]) -> str:
    return _SIGNS[int((match.lastgroup or "s0")[1:])][0]

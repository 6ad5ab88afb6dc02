"""Names of a class in a teacher's words: those of the roll, and those that are nearly one and must be asked about."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from intake.language.naming.surnames import COMPOUND, SURNAMES, WEAK
from intake.language.patterns import regex
from intake.language.sounds import sounds_of

OFFERED = 4
"""Children who are offered for a name that is not on the roll."""
_LEADS = regex(
    "(?:今天|今儿个?|今日|今早|早上|早晨|上午|下午|现在|目前|到现在|还有|另外|以及|其中|[一两二三四五六七八九1-9]个|我们?|俺们?|咱们?"
    "|班主任|班[里上]?|本班|全班|学生|同学们?|老师好?|校长好?|领导好?|您好|你好|报告|还|也|都|就|只|的|有|是|了|和|跟|与|及|[\\s：:])+"
)
_ENDS = regex(
    "(?:同学|学生|孩子|今天|今早|早上|上午|下午|现在|到现在|目前|他|她|俩|[两三四]个人?|还|也|都|就|又|是|有|的|了|呢|啊|呀|吧|[\\s：:])+$"
)
_SEPARATORS = regex("[、，,。.！!；;：:\\s]+|和|跟|与|以及|还有|另外")
_NO_NAME = regex(
    "[他她它我俺你您咱谁这那哪啥几多们说讲问打去到回没不未能会要想看见听天日月周午上下里外老病烧疼痛热假校课班人个]"
    "|爸|妈|奶|爷|姥|叔|姑|舅|姨|哥|姐|弟|妹|家长|孩子|学生|同学|大家|全部|其[他它余]|剩下|电话|微信|补助|车|雪|雨"
    "|主任|师傅|医生|大夫|书记|司机|先生|女士|同志|镇长|村长|局长|高中|初中|小学|幼儿"
)
_NICK = regex("(?:小|阿|老|大)(?P<one>[^小阿老大])|(?P<two>.)(?P=two)|(?P<tail>.)(?:儿|子|仔)")
_NUMBER = regex(r"(?:学号|座号|第)?(?:\d{1,2}|[一二三四五六七八九十]{1,3})(?:号|$)")
_HAN = regex("[\u3400-\u9fff·]+")
_ATTACHED = regex("[他她打自从说又刚也还都病发请没不未来去因跟和的是有在到了一二两三四五六七八九十]")
"""What may follow a name of the roll directly and makes no longer name of it."""
_GONE = regex("(?:今天|今早|同学)?(?:没|不在|请|病|事|旷|缺|未)")
_RUN = regex("[^\ue000-\uf8ff]+")
_CLOSE, _LIKELY = 2, 5
"""How far a name may be that stands anywhere, and one that stands where a name stands."""


@dataclass(frozen=True, slots=True)
class NameSpan:
    """Where a name stands: one of the roll, or as it was said (`known` is false) where it is none of it."""

    start: int
    end: int
    name: str
    known: bool = True
    sure: bool = True
    """Whether the whole name was said, not the given name alone."""


def names_of_roll(said: str, names: Collection[str]) -> list[NameSpan]:
    """Find names of the roll, the longest first; a given name alone is found too, but is not sure.

    A given name of several children, and a name that goes on (李红梅 where the roll has 李红), is none of the roll.
    """
    full = sorted(names, key=len, reverse=True)
    given: dict[str, list[str]] = {}
    for name in full:
        if len(name) > 2 and "·" not in name:
            given.setdefault(name[1:], []).append(name)
    spans: list[NameSpan] = []
    at = 0
    while at < len(said):
        name = next((one for one in full if said.startswith(one, at)), "")
        part = name or next((one for one in given if said.startswith(one, at)), "")
        if part and not name and at and said[at - 1] in SURNAMES and _HAN.fullmatch(said[at - 1]):
            part = ""  # 孙志强 is not 冯志强
        if part:
            spans.append(_span(said, at, part, [name] if name else given[part]))
        at = spans[-1].end if part else at + 1
    return spans


def _span(said: str, at: int, part: str, meant: list[str]) -> NameSpan:
    end = at + len(part)
    if len(meant) > 1:
        return NameSpan(at, end, part, known=False)
    if len(part) == 2 and meant[0] == part and _goes_on(said[end:]):
        return NameSpan(at, end + 1, said[at : end + 1], known=False)
    return NameSpan(at, end, meant[0], sure=meant[0] == part)


def _goes_on(rest: str) -> bool:
    """Tell whether one sign more belongs to a name of two: 梅 of 李红梅没来."""
    return bool(rest and _HAN.fullmatch(rest[0]) and not _ATTACHED.match(rest) and _GONE.match(rest, 1))


def other_names(blank: str, names: Collection[str], heard: Collection[str] = ()) -> list[NameSpan]:
    """Find what stands where a name stands, and is none of the roll: 唐家琪没来 where the roll has 唐佳琪.

    `blank` is the message with all that was read in it covered by signs of private use; `heard` are names that were
    made out in it otherwise.
    """
    pieces = list(_pieces(blank))
    numbered = any("号" in piece for _, piece, _ in pieces if _NUMBER.fullmatch(piece))
    found = []
    for at, piece, alone in pieces:
        number = _NUMBER.fullmatch(piece) and (numbered or not piece.isdigit())
        if number or (_HAN.fullmatch(piece) and _is_name(piece, alone, names, heard)):
            found.append(NameSpan(at, at + len(piece), piece, known=False))
        elif part := _within_words(piece, names):
            found.append(NameSpan(at + part[0], at + part[1], piece[part[0] : part[1]], known=False))
    return found


def _within_words(piece: str, names: Collection[str]) -> tuple[int, int] | None:
    """Find what is nearly a name of three or four in longer words: 班长说唐家琪没来."""
    for length in (4, 3):
        for at in range(len(piece) - length + 1):
            part = piece[at : at + length]
            if any((rank := _distance(part, name)) is not None and rank <= _CLOSE for name in {*names}):
                return at, at + length
    return None


def _is_name(piece: str, alone: bool, names: Collection[str], heard: Collection[str]) -> bool:
    """Tell whether a piece is a name: nearly one of the roll, or like one where a name stands."""
    far = min(
        (rank for name in {*names} if (rank := _distance(piece, name)) is not None), default=_LIKELY + 1
    )
    if far <= _CLOSE and len(piece) > 1:
        return True
    if not alone or _NO_NAME.search(piece):
        return False
    return far <= _LIKELY or piece in heard or is_like_name(piece)


def is_number(name: str) -> bool:
    """Tell whether a child was named by its number in the class."""
    return bool(_NUMBER.fullmatch(name))


def _pieces(blank: str) -> Iterable[tuple[int, str, bool]]:
    """Give what is left between what was read: where it stands, and whether it begins there and hangs on no name."""
    for run in _RUN.finditer(blank):
        at, begins = run.start(), run.start() == 0 or blank[run.start() - 1] != NAME_SIGN
        for cut in [*_SEPARATORS.finditer(blank, run.start(), run.end()), None]:
            end = cut.start() if cut else run.end()
            piece = blank[at:end]
            lead = _LEADS.match(piece)
            begin = lead.end() if lead else 0
            tail = _ENDS.search(piece, begin)
            bare = piece[begin : tail.start() if tail else len(piece)]
            if bare:
                yield at + begin, bare, begins
            if cut:
                at, begins = cut.end(), True


NAME_SIGN, OTHER_SIGN = "\ue000", "\ue001"
"""What covers a name of the roll, and what covers other words that were read."""


def is_like_name(piece: str) -> bool:
    """Tell whether a piece that stands where a name stands is like one: a surname, and one or two signs."""
    surname = 2 if piece[:2] in COMPOUND else 1 if piece[:1] in SURNAMES or piece[:1] in WEAK else 0
    given = len(piece) - surname
    least = 2 if surname == 1 and piece[:1] in WEAK else 1  # 文件 is no name, 文小军 is one
    return bool(surname and least <= given <= 2 and not _NO_NAME.search(piece))


def near(piece: str, names: Collection[str]) -> list[str]:
    """Give the names of the roll that a name may be, by sound and look, the nearest first."""
    ranked = sorted((rank, name) for name in {*names} if (rank := _distance(piece, name)) is not None)
    return [name for _, name in ranked][:OFFERED]


def near_enough(piece: str, names: Collection[str]) -> list[str]:
    """Give what is offered for a name that is none: those that are near, else those of the same family name."""
    return near(piece, names) or sorted(name for name in {*names} if name[:1] == piece[:1])[:OFFERED]


def _distance(piece: str, name: str) -> int | None:
    """Give how far a name that was said is from one of the roll; None where it is another."""
    said, there = sounds_of(piece), sounds_of(name)
    if piece == name or piece == name[1:]:
        return 0
    if said == there:
        return 1
    if len(piece) == len(name):
        return _by_sign(piece, name, said, there)
    if len(piece) > 1 and len(name) > 2 and said == there[1:]:
        return 3  # the given name alone, in other signs
    if len(piece) > 1 and abs(len(piece) - len(name)) == 1 and min(len(piece), len(name)) > 1:
        longer, shorter = (said, there) if len(said) > len(there) else (there, said)
        if longer[0] == shorter[0] and _within(shorter, longer):
            return 4  # a sign more or less
    nick = _NICK.fullmatch(piece)
    called = next((one for one in nick.groups() if one), "") if nick else ""
    return 5 if called and sounds_of(called)[0] in there[1:] else None


def _by_sign(piece: str, name: str, said: tuple[str, ...], there: tuple[str, ...]) -> int | None:
    same = sum(one == other for one, other in zip(piece, name, strict=True))
    alike = sum(one == other for one, other in zip(said, there, strict=True))
    if len(piece) > 2 and sorted(said) == sorted(there):
        return 2  # 冯强志
    if len(piece) > 2 and (same >= len(piece) - 1 or (alike >= len(piece) - 1 and same)):
        return 2
    return None


def _within(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    rest = iter(long)
    return all(one in rest for one in short)

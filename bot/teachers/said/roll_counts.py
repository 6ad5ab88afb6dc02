"""Numbers of a roll in a teacher's words: 43人到了42个, 差两个, 三个没来. Who is missing must still be said."""

from dataclasses import dataclass

from intake.language.patterns import regex

_N = r"(?:\d{1,3}|[一两二三四五六七八九十]{1,4})"
_ROUND = "(?:个|名|人|个人|位|学生|孩子|同学)"
_OF = regex(
    rf"(?:应到|共有|总共|一共|全班|共)?(?P<of>{_N}){_ROUND}*[，,、 ]*(?:今天|实际)*"
    rf"(?:实到|到校|到|来)了?(?:校)?(?P<here>{_N}){_ROUND}*"
)
_ALL = regex(rf"(?P<of>\d{{1,3}}|[二三四五六七八九]?十[一二三四五六七八九]?){_ROUND}*(?=[全都]|[到来]齐)")
_PAIR = regex(rf"(?P<gone>[俩仨]){_ROUND}*(?=(?:还|都)?(?:没[来到]|缺[席勤课]|不在|请假|病假|事假))")
_SHORT_PAIR = regex("[少缺差]了?(?P<gone>[俩仨])")
_SOME = regex(
    "(?P<gone>有)(?:一?个|位|名)(?:学生|孩子|同学|人)*(?=(?:今天|还|都)*(?:没[来到]|缺[席勤课]|不在))"
)
_HERE = regex(rf"(?:实到|到校|到了|来了|就来|就到|只来|只到)了?(?P<here>{_N}){_ROUND}+")
_SHORT = regex(rf"(?:[少缺差](?:了|着)?|没到的?|没来的?)(?P<gone>{_N}){_ROUND}+(?:没[来到])?")
_GONE = regex(rf"(?P<gone>{_N}){_ROUND}+(?=(?:还|都)?(?:没[来到]|缺[席勤课]|不在|请假|请了假|病假|事假))")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "俩": 2,
    "仨": 3,
    "有": 1,
}


@dataclass(frozen=True, slots=True)
class RollCount:
    """How many are said to be in the class, there, missing; None what is not said."""

    of: int | None = None
    here: int | None = None
    gone: int | None = None

    def missing(self, size: int | None) -> int | None:
        """Give how many of a class of a size are missing; None where that is not said."""
        if self.gone is not None:
            return self.gone
        whole = self.of if self.of is not None else size
        return None if self.here is None or whole is None else whole - self.here


def read_count(said: str) -> tuple[RollCount | None, str]:
    """Give what is counted in a message, and the message with the numbers covered by blanks."""
    for pattern in (_OF, _ALL, _HERE, _SHORT, _GONE, _PAIR, _SHORT_PAIR, _SOME):
        if match := pattern.search(said):
            told = {key: _number(value) for key, value in match.groupdict().items()}
            rest = f"{said[: match.start()]}{' ' * len(match[0])}{said[match.end() :]}"
            return RollCount(**told), rest
    return None, said


def _number(said: str) -> int:
    if said.isdigit():
        return int(said)
    tens, sign, ones = said.partition("十")
    if not sign:
        return _DIGITS.get(said[-1], 0)
    return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)

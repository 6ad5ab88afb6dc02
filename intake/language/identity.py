"""Numbers of identity documents, as people write them; of citizens (GB 11643-1999) checksum, birth date, sex."""

from dataclasses import dataclass
from datetime import date

from stdnum.iso7064 import mod_11_2

from intake.language.patterns import regex
from intake.language.text import SPELT_DIGITS, normalise, positional

_LABEL = regex(
    "(?:[我俺他她的是]|孩子|学生|小孩|居民|公民)*(?:身份证?|户口本?|护照|证件|通行证|居住证|永居证|学籍)(?:件)?(?:上的?)?(?:号码?|编号)?(?:就?是|为)?"
    "[:：\\s]*|[^:：0-9A-Za-z]{1,12}[:：]"
)
_BETWEEN = regex(r"[\s\-–—−‐‑_·•.。,，、;；:：'\"‘’“”`「」『』()（）\[\]【】]+")
_CHECK = regex("(?<=[0-9]{17})(?:[xX×✕✖╳ⅹⅩХхχΧ叉]|艾克斯|埃克斯|爱克斯)$")
"""How the last sign of a citizen number is written that is an X."""
_SPELT = regex(f"[{SPELT_DIGITS}0-9]+")
_ENDS = regex("[啊呀呢吧哈的了]+$")
_SHORTEST = 5
DIGITS = 18
"""Signs of a citizen number."""


@dataclass(frozen=True, slots=True)
class Citizen:
    """What an 18-digit number says of its holder."""

    number: str
    birth_date: date
    sex: str


def document_number(said: str) -> str | None:
    """Give the letters and digits of a number, however they are set apart and whatever is said before them."""
    text = normalise(said)
    if label := _LABEL.match(text):
        text = text[label.end() :]
    text = _ENDS.sub("", _BETWEEN.sub("", text))
    text = _CHECK.sub("X", _SPELT.sub(lambda digits: positional(digits[0]), text)).upper()
    return text if text.isascii() and text.isalnum() and len(text) >= _SHORTEST else None


def citizen(number: str, today: date) -> Citizen:
    """Read a citizen number in canonical form (18 digits, X upper case).

    The region is not checked: older prefixes of this district (220603, 220625) and of every other
    province occur. Raises ValueError with a Chinese sentence saying what is wrong.
    """
    if len(number) != DIGITS:
        raise ValueError(f"身份证号应是 18 位，您写了 {len(number)} 位，请核对。")
    if not (number[:17].isascii() and number[:17].isdecimal()) or number[17] not in "0123456789X":
        raise ValueError("身份证号只有数字，最后一位可以是 X，请核对。")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise ValueError("身份证号第 7 到 14 位不是真实的出生日期，请核对。") from None
    if not date(1900, 1, 1) <= born <= today:
        raise ValueError("身份证号第 7 到 14 位的出生日期不对，请核对。")
    if not mod_11_2.is_valid(number):
        raise ValueError("身份证号有一位写错了，请照户口本再核对一遍。")
    return Citizen(number, born, "男" if int(number[16]) % 2 else "女")

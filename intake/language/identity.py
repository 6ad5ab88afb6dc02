"""Citizen identity numbers (GB 11643-1999): checksum, birth date, sex."""

from dataclasses import dataclass
from datetime import date

from stdnum.iso7064 import mod_11_2


@dataclass(frozen=True, slots=True)
class Citizen:
    """What an 18-digit number says of its holder."""

    number: str
    birth_date: date
    sex: str


def citizen(number: str, today: date) -> Citizen:
    """Read a citizen number in canonical form (18 digits, X upper case).

    The region is not checked: older prefixes of this district (220603, 220625) and of every other
    province occur. Raises ValueError with a Chinese sentence saying what is wrong.
    """
    if len(number) != 18:
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

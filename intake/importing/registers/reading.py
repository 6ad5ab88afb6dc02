"""One row of a register: each cell read as offices write it, codes with words or alone; faults and doubts by column."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from marshmallow import ValidationError

from intake import codes
from intake.fields import IdNumber
from intake.importing.outcome import RowFault
from intake.importing.pupil import DAMAGED_NUMBER, NOTHING_SAID, day_of, is_birth_month, name_of_row
from intake.importing.table import DAMAGED, LOST, MONTH, MONTHS, ListRow
from intake.language import identity, spoken
from intake.language.identity import DIGITS
from intake.language.naming.names import typed_name
from intake.language.naming.phones import phone_number
from intake.language.patterns import regex

DAMAGED_PUPIL_NUMBER = (
    "学籍号在表格里成了数字，后几位已经丢了。请重新填成文本（先把这一列设成“文本”，再填一次）。"
)
NO_AGE = "请写身份证号或者出生日期，不然看不出是不是学龄儿童。"
NO_SUCH_NUMBER = "身份证号有一位不对，查不到这样的号。这一行收下了，核对时会列出来，请照户口本改。"
_PUPIL_NUMBER = regex("[GLJ][0-9]{17}[0-9X]")
_LETTERED = regex("[GLJ][0-9X]*")
_OTHER_NUMBER = regex("[0-9A-Z]{8,24}")
_MOBILE = regex("1[3-9][0-9]{9}")
_PLAIN_NAME = regex("[\u4e00-\u9fff]{2,4}")
_PARTS = regex(r"[-－—–_:：、.,，()（）\[\]\s]+")
_PLAIN_DAY = regex(
    "(?P<year>(?:19|20)[0-9]{2})(?P<sep>[-/.年])?(?P<month>(?(sep)[0-9]{1,2}|[0-9]{2}))(?(sep)[-/.月])"
    "(?P<day>(?(sep)[0-9]{1,2}|[0-9]{2}))日?"
)
_NUMBER_DAY = regex("[0-9]{6}(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})[0-9]{3}[0-9Xx]")
_NEGATED = regex("^(?:非|不|无|没|未|否|0|2|N|n)")
_ROUNDED = "000"


@dataclass(frozen=True, slots=True)
class ListedIdentity:
    """Who a row says that it is about; an empty text is what it does not say.

    `wrong_number` is a number of identity that no citizen has: kept as it was written, never believed.
    """

    name: str
    id_number: str
    pupil_number: str
    sex: str
    birth_date: str
    wrong_number: str = ""

    def __repr__(self) -> str:
        return "ListedIdentity()"  # what stands in a traceback tells nothing about the child


@dataclass(slots=True)
class CellReader:
    """Reads the cells of one row; `cells` gathers what is kept of it by key."""

    row: ListRow
    labels: Mapping[str, str]
    today: date
    faults: list[RowFault] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)

    def fault(self, sentence: str, key: str) -> None:
        """Note what is wrong with a cell."""
        self.faults.append(RowFault(sentence, key))

    def said(self, key: str) -> str:
        """Give a cell, or nothing where it says that there is nothing."""
        cell = self.row.get(key)
        return "" if cell in NOTHING_SAID else cell

    def keep(self, key: str, value: str) -> str:
        """Keep a value, if there is one."""
        if value:
            self.cells[key] = value
        return value

    def text(self, key: str, longest: int = 100, to: str = "") -> str:
        """Keep words as they are."""
        return self.keep(to or key, self.said(key)[:longest])

    def choice(self, key: str) -> str:
        """Keep the word of the code list of its name that is meant, by code with word, word or code."""
        said = self.said(key)
        return self.keep(key, self._or_doubt(key, said, word_meant(key, said)))

    def yes_no(self, key: str) -> str:
        """Keep 是 or 否: 1-是, 双亲留守 and 非留守儿童 are answers, too."""
        said = self.said(key)
        return self.keep(key, self._or_doubt(key, said, yes_meant(said)))

    def phone(self, key: str) -> str:
        """Keep a telephone number."""
        said = self.said(key)
        found = said if _MOBILE.fullmatch(said) else "" if LOST.fullmatch(said) else phone_number(said) or ""
        return self.keep(key, self._or_doubt(key, said, found))

    def distance(self, key: str) -> str:
        """Keep a distance in kilometres."""
        said = self.said(key)
        try:
            found: float | None = float(said)
        except ValueError:
            found = spoken.distance_km(said) if said else None
        fits = found is not None and 0 <= found <= 500
        return self.keep(key, self._or_doubt(key, said, f"{found:g}" if fits else ""))

    def day(self, key: str) -> str:
        """Keep a day of whatever year; of from one to another the last."""
        said = self.said(key)
        last = said.replace("至", " ").replace("到", " ").replace("~", " ").split(" ")[-1] if said else ""
        found = plain_day(last) or day_of(last, self.row.from_1904, self.today) if last else None
        return self.keep(key, self._or_doubt(key, said, found.isoformat() if found else ""))

    def who(self) -> ListedIdentity:
        """Read who a row is about, and hold against each other what its cells say of it."""
        pupil_number = self._pupil_number()
        number, citizen = self._id_number()
        if not number and len(pupil_number) > DIGITS and pupil_number.startswith("G"):
            number, citizen = self._of_pupil_number(pupil_number)
        wrong = "" if citizen or not self._is_citizen() or len(number) != DIGITS else number
        said = self.row.get("name")
        name = (name_meant(said) if _PLAIN_NAME.fullmatch(said) else "") or name_of_row(
            self.row, citizen is not None
        )
        if not name:
            self.fault("请写姓名。" if not self.row.get("name") else "姓名没有看懂，请核对。", "name")
        found = ListedIdentity(
            name, "" if wrong else number, pupil_number, self._sex(citizen), self._born(citizen), wrong
        )
        if citizen and pupil_number.startswith("G") and pupil_number[1:] != number:
            if _citizen(pupil_number[1:], self.today):
                self.fault("学籍号和身份证号对不上。", "pupil_number")
            else:
                self.doubts.append("学籍号和身份证号对不上，请核对。")
        return found

    def who_of_age(self) -> ListedIdentity:
        """Read who a row is about; without a number and a day of birth nobody sees whether it is of school age."""
        who = self.who()
        if not who.birth_date and not self.faults and not who.wrong_number:
            self.fault(NO_AGE, "id_number")
        return who

    def _or_doubt(self, key: str, said: str, found: str) -> str:
        if said and not found:
            self.doubts.append(f"“{self.labels.get(key, key)}”没有看懂，没有记下。")
        return found

    def _is_citizen(self) -> bool:
        return word_meant("id_type", self.said("id_type")) in ("", "居民身份证")

    def _id_number(self) -> tuple[str, identity.Citizen | None]:
        said = self.said("id_number")
        if not said:
            return "", None
        if LOST.fullmatch(said) or self.row.marks.get("id_number") == DAMAGED:
            self.fault(DAMAGED_NUMBER, "id_number")
            return "", None
        try:
            number = str(IdNumber().read(said))
        except ValidationError as error:
            self.fault(str(error.messages[0]), "id_number")
            return "", None
        if not self._is_citizen():
            return number, None
        citizen = _citizen(number, self.today)
        if citizen is None and (sentence := _wrong_shape(number)):
            self.fault(sentence, "id_number")
            return "", None
        if citizen is None:
            self.doubts.append(NO_SUCH_NUMBER)
        return number, citizen

    def _of_pupil_number(self, pupil_number: str) -> tuple[str, identity.Citizen | None]:
        citizen = _citizen(pupil_number[1:], self.today)
        return (citizen.number, citizen) if citizen else ("", None)

    def _pupil_number(self) -> str:
        key = "pupil_number" if self.said("pupil_number") else "local_number"
        said = self.said(key)
        number = "".join(said.split()).upper().lstrip("'＇`")
        if not number:
            return ""
        rounded = number[-18:].isdecimal() and len(number) >= DIGITS and number.endswith(_ROUNDED)
        if LOST.fullmatch(said) or self.row.marks.get(key) == DAMAGED or (rounded and number.isdecimal()):
            self.fault(DAMAGED_PUPIL_NUMBER, key)
        elif _LETTERED.fullmatch(number) and not _PUPIL_NUMBER.fullmatch(number):
            self.fault(f"学籍号是字母 G、L 或 J 加 18 位，这一格有 {len(number)} 位，请核对。", key)
        elif not _OTHER_NUMBER.fullmatch(number):
            self.fault("学籍号没有看懂，请核对。它是字母 G、L 或 J 加 18 位。", key)
        else:
            return number
        return ""

    def _sex(self, citizen: identity.Citizen | None) -> str:
        said = self.said("sex")
        found = word_meant("sex", said)
        if said and not found:
            self.fault("性别请写男或女。", "sex")
        if found and citizen and found != citizen.sex:
            self.fault("性别和身份证号对不上。", "sex")
        return found or (citizen.sex if citizen else "")

    def _born(self, citizen: identity.Citizen | None) -> str:
        said = self.said("birth_date")
        if not said:
            return citizen.birth_date.isoformat() if citizen else ""
        found = plain_day(said) or day_of(said, self.row.from_1904, self.today)
        if found and (found > self.today or found.year < 1900):
            found = None
        month = "" if found else spoken.month(said, self.today) or ""
        if found and self.row.marks.get("birth_date") in (MONTH, MONTHS if found.day == 1 else MONTH):
            month, found = f"{found:%Y-%m}", None
        if citizen:
            if (found and found != citizen.birth_date) or (
                month and not is_birth_month(said, month, citizen.birth_date)
            ):
                self.fault("出生日期和身份证号对不上。", "birth_date")
            return citizen.birth_date.isoformat()
        if month:
            self.doubts.append("出生日期只有年月，没有记下。")
        elif not found:
            self.fault("出生日期没有看懂，请写成 2017-03-01。", "birth_date")
        return found.isoformat() if found else ""


def _wrong_shape(number: str) -> str:
    """Say what is wrong with the signs of a number that no citizen has; nothing where one of them is only another."""
    if len(number) != DIGITS:
        return f"身份证号应是 18 位，这一格是 {len(number)} 位，请核对。"
    if number.endswith(_ROUNDED):
        return DAMAGED_NUMBER
    return "" if number[:17].isdecimal() else "身份证号只有数字，最后一位可以是 X，请核对。"


def year_born(row: ListRow, today: date) -> date | None:
    """Tell roughly when somebody was born, from the number or the day, whether or not either is right."""
    number = _NUMBER_DAY.fullmatch(row.get("id_number").strip())
    found = _day_in(number) if number else None
    said = row.get("birth_date")
    return found or (plain_day(said) or day_of(said, row.from_1904, today) if said else None)


def plain_day(said: str) -> date | None:
    """Read a day that is written in full: 20110101, 2011-01-01, 2011年1月1日, whatever its year."""
    found = _PLAIN_DAY.fullmatch(said.split(" ")[0])
    return _day_in(found) if found else None


def _day_in(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def facts_in(
    cells: Mapping[str, str], *kinds: tuple[str, tuple[str, ...]]
) -> Iterator[tuple[str, dict[str, object]]]:
    """Give facts whose answers stand in cells by the same keys; none of a kind whose first is not there."""
    for kind, keys in kinds:
        if keys[0] in cells:
            yield kind, {key: cells[key] for key in keys if key in cells}


@lru_cache(maxsize=1 << 12)
def name_meant(said: str) -> str:
    """Give a name as it is typed, or nothing for what is none; parents stand beside each of their children."""
    return typed_name(said) or ""


@lru_cache(maxsize=1 << 12)
def word_meant(listed: str, said: str) -> str:
    """Give the word of a code list: 1-走读, 走读(1), 01 汉族; of a code with a word the word counts."""
    if not said:
        return ""
    parts = [one for one in _PARTS.split(said) if one]
    words = [said, *sorted(parts, key=lambda part: part.isascii())]
    padded = [one.zfill(2) for one in parts[:1] if len(parts) == 1 and one.isdecimal()]
    hits = (codes.find(listed, one) for one in (*words, *padded))
    return next((one.label for one in hits if one), "")


@lru_cache(maxsize=1 << 12)
def yes_meant(said: str) -> str:
    """Give 是 or 否 where a cell says either, alone or in words: 双亲留守, 非留守儿童, 1-是."""
    parts = [one for one in _PARTS.split(said) if one]
    words = [one for one in parts if not one.isascii()] or parts
    if not words:
        return ""
    found = spoken.yes_no(words[0])
    if found is not None:
        return "是" if found else "否"
    if words[0].isascii():
        return {"1": "是", "Y": "是", "0": "否", "2": "否", "N": "否"}.get(words[0].upper(), "")
    return "否" if _NEGATED.search(words[0]) else "是"


@lru_cache(maxsize=1 << 10)
def _citizen(number: str, today: date) -> identity.Citizen | None:
    try:
        return identity.citizen(number, today)
    except ValueError:
        return None

"""Texts, names, numbers: what a person writes."""

from collections.abc import Callable
from typing import Any, cast

from marshmallow import ValidationError

from intake.fields import privacy
from intake.fields.answer import FILLED, Answer, Cell
from intake.fields.privacy import Masks
from intake.language import spoken, text
from intake.language.identity import document_number
from intake.language.naming import names, phones
from intake.language.patterns import regex

_CALLED = regex(
    "[一-鿿]{1,3}(?:老师|班主任|副?(?:校长|主任|书记|村长|镇长|局长|科长|所长|站长)|干事|会计|支书|文书|委员|网格员)"
)
"""A surname, or a whole name, with a post behind it."""


class Text(Answer):
    """Free text of up to `longest` characters."""

    free = True
    masked_width = 4.4

    def __init__(self, longest: int = 500, **options: Any) -> None:
        self.longest = longest  # type: ignore[misc]
        self.widget = "area" if longest > 100 else "text"  # type: ignore[misc]
        super().__init__(**options)

    def read(self, said: str) -> str:
        """Keep it as it is."""
        return said


class StaffText(Text):
    """What staff write for each other beside a row: shown, but for numbers by which a person is found."""

    def mask(self, value: str, masks: Masks = Masks.USUAL) -> str:
        """Mask telephones and identity numbers among the words."""
        return privacy.mask_numbers(value)


class Address(Text):
    """An address: masked after the village, wholly where a birth date stands beside it."""

    open_width = masked_width = 7.0

    def mask(self, value: str, masks: Masks = Masks.USUAL) -> str:
        """Cut after the village."""
        return privacy.mask_address(value) if masks is Masks.USUAL else "***"


class Name(Answer):
    """A person's name, as it is typed; a chat takes off what is said around it."""

    longest = 60
    autocomplete = "off"
    doubts = True
    open_width = 3.2
    problem = "请写姓名，例如：王小明。不要写称呼或数字。"
    odd = "这个姓名不太常见，请再看一眼写得对不对。"

    def __init__(self, *, adult: bool = False, **options: Any) -> None:
        self.adult = adult
        super().__init__(**options)

    def read(self, said: str) -> str:
        """Refuse digits, words like 妈妈, and a place told beside the name; what only looks odd is a doubt."""
        name = names.typed_name(said)
        if name and any(map(self._is_place, said.split()[1:])):
            raise ValidationError("这里只写姓名，住的地方请写到镇街那一项。")
        return cast(str, self._spoken(name))

    def heard(self, said: str) -> str | None:
        """Take off what people say around a name in a chat: 我叫…, 她叫…呀."""
        found = self.said(said)
        return found.name if found else None

    def said(self, said: str) -> names.SaidName | None:
        """Give the name that is said in a chat, and what it may be as well."""
        return names.said_name(said, adult=self.adult)

    def doubt(self, value: str | None) -> str:
        """Say that a name looks odd."""
        return self.odd if value and names.is_odd_name(value) else ""

    def same(self, said: str, value: str) -> bool:
        """Compare as people mean it: 古丽•买买提 is 古丽·买买提, and case, width and spaces tell nobody apart."""
        return bool(names.name_key(said)) and names.name_key(said) == names.name_key(value)

    def mask(self, value: str, masks: Masks = Masks.USUAL) -> str:
        """Keep the first and last character."""
        return privacy.mask_name(value)

    def _is_place(self, word: str) -> bool:
        return getattr(self, "root", None) is not None and bool(self.world.places.town(word).place)


class StaffName(Name):
    """Somebody of a school, a village or an office as colleagues write it: 王小明, 王校长, 刘老师."""

    problem = "请写是谁，例如：王小明、王校长。不要写数字。"

    def read(self, said: str) -> str:
        """Take a surname with a post; everything else is a name."""
        called = text.normalise(said)
        return called if _CALLED.fullmatch(called) else super().read(said)


class Phone(Answer):
    """A telephone number, kept as digits and always encrypted: +82… of another country, …-802 with an extension."""

    widget, inputmode, autocomplete = "tel", "tel", "tel"
    findable = always_encrypted = True
    open_width = 6.2
    problem = "电话号码不对。手机是 11 位，座机请加区号，例如 0439-3721234。"

    def read(self, said: str) -> str:
        """Give the first number that is said, without spaces, dashes and +86."""
        return cast(str, self._spoken(phones.phone_number(said)))

    def others(self, said: str) -> list[str]:
        """Give the further numbers of an answer."""
        return phones.phone_numbers(said)[1:]

    def ends(self, said: str, value: str) -> bool:
        """Tell whether a number ends as somebody says who knows it."""
        return phones.phone_ends(value, said)

    def mask(self, value: str, masks: Masks = Masks.USUAL) -> str:
        """Give 138********."""
        return privacy.mask_phone(value)


class IdNumber(Answer):
    """The number of an identity document; which rules it follows depends on the document."""

    findable = tells_number = True
    longest = 60
    open_width = 5.6
    problem = "请把证件号写全：数字和字母，身份证号是 18 位。"

    def read(self, said: str) -> str:
        """Drop separators and what is said before the number; write letters in upper case."""
        return cast(str, self._spoken(document_number(said)))

    def mask(self, value: str, masks: Masks = Masks.USUAL) -> str:
        """Give 2206**************: first six, last four and a year of birth beside them would leave 32 candidates."""
        return (privacy.mask_identity(value) if masks is Masks.USUAL else "") or FILLED


class PermitNumber(IdNumber):
    """The number of a residence permit, which may be its holder's own: nothing of it is shown."""

    masked_width = 4.4

    def mask(self, value: str, masks: Masks = Masks.USUAL) -> str:
        """Say only that there is one."""
        return FILLED


class Number(Answer):
    """A number between bounds; its unit stands behind it wherever people read it, and not in a cell."""

    column, widget, inputmode = "REAL", "number", "decimal"
    open_width = 4.2

    def __init__(
        self,
        lowest: float,
        highest: float,
        *,
        read: Callable[[str], float | None] = spoken.number,
        unit: str = "",
        **options: Any,
    ) -> None:
        self.lowest, self.highest, self._parse, self.unit = lowest, highest, read, unit
        super().__init__(**options)

    def read(self, said: str) -> float:
        """Read digits or Chinese numerals."""
        number = self._parse(said)
        if number is None or not self.lowest <= number <= self.highest:
            raise ValidationError(f"请写数字，{self.lowest:g} 到 {self.highest:g}。")
        return round(float(number), 2)

    def show(self, value: float) -> str:
        """Drop a needless .0, and say the unit."""
        return f"{value:.2f}".rstrip("0").rstrip(".") + self.unit

    def cell(self, value: float) -> Cell:
        """Keep a number a number."""
        return float(value)

    def keep(self, value: float) -> float:
        """Keep as a number."""
        return value


class Money(Number):
    """A sum in yuan, said with its unit or without; a ledger adds it up."""

    # Wide enough for the sum of a full day: Excel shows #### where a number does not fit.
    open_width = 6.0
    summed = True

    def __init__(self, lowest: float, highest: float, **options: Any) -> None:
        super().__init__(lowest, highest, read=spoken.money, **options)


class Count(Number):
    """How many there are: a whole number; a ledger adds it up."""

    open_width = 3.4
    summed = True

    def cell(self, value: Any) -> Cell:
        """Give a whole number."""
        return int(value)


class ClassName(Answer):
    """A class, as 2班."""

    longest = 20
    open_width = 2.8
    problem = "请写班级，例如：2班。"

    def read(self, said: str) -> str:
        """Read 二班, (2)班, 三年二班."""
        return cast(str, self._spoken(spoken.class_name(said)))

"""What every field type does: read what people write, keep a canonical JSON value, show it, mask it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, ClassVar, cast

from marshmallow import ValidationError
from marshmallow import fields as base

from intake.fields.asked import Asked
from intake.fields.privacy import Masks, Privacy
from intake.language.text import normalise

if TYPE_CHECKING:
    from intake.places.world import World

FILLED = "已填（见系统）"
Cell = str | float | date | datetime | None
"""What a ledger holds in one place."""


class Answer(base.Field[Any]):
    """The base: a text in, a canonical JSON value kept.

    Class attributes tell the pages how to ask (`widget`, `inputmode`, `autocomplete`), the tables
    how to keep (`column`), and whether equal values must be found again (`findable`).
    """

    widget: ClassVar[str] = "text"
    inputmode: ClassVar[str] = "text"
    autocomplete: ClassVar[str] = "off"
    column: ClassVar[str] = "TEXT"
    findable: ClassVar[bool] = False
    always_encrypted: ClassVar[bool] = False
    free: ClassVar[bool] = False
    tells_number: ClassVar[bool] = False
    """Whether its value in clear tells a number of identity that stands beside it, or most of one."""
    doubts: ClassVar[bool] = False
    """Whether a value may be taken and be worth a second look."""
    unsure: ClassVar[str] = "待核实"
    """What stands beside such a value where staff read it."""
    longest: ClassVar[int] = 60
    problem: ClassVar[str] = "没有看懂，请换个说法。"
    open_width: ClassVar[float] = 0.0
    """Width of its column in Chinese characters: text that is longer wraps, dates and numbers cannot."""
    masked_width: ClassVar[float] = 0.0
    """Width of its column where that is masked, if another."""
    summed: ClassVar[bool] = False
    """Whether a ledger adds its column up."""

    @property
    def asked(self) -> Asked:
        """Give how this field is asked; the registry guarantees that it is there."""
        return cast(Asked, self.metadata["asked"])

    @property
    def encrypted(self) -> bool:
        """Tell whether its cells are encrypted: sensitive ones, phones, and free words, which may hold either."""
        privacy = self.asked.privacy
        return (
            self.always_encrypted
            or privacy is Privacy.SENSITIVE
            or (self.free and privacy is not Privacy.OPEN)
        )

    @property
    def veiled(self) -> bool:
        """Tell whether an ordinary ledger says of any value, whatever it is, only that it is filled in."""
        own = (type(self).mask, type(self).recall)
        return self.asked.privacy is not Privacy.OPEN and own == (Answer.mask, Answer.recall)

    @property
    def guarded(self) -> bool:
        """Tell whether nobody may learn without a look if it is what they guess: numbers, birth dates, what is sensitive."""
        privacy = self.asked.privacy
        return privacy is not Privacy.OPEN and (
            privacy is Privacy.SENSITIVE or self.always_encrypted or self.tells_number
        )

    @property
    def world(self) -> "World":
        """Give the places and the clock of the schema this field is bound to."""
        return cast("World", self.root.world)  # type: ignore[union-attr]

    @property
    def today(self) -> date:
        """Give the local date."""
        return self.world.now().date()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Any:
        if isinstance(value, bool):
            value = "是" if value else "否"
        if isinstance(value, float):
            if not isfinite(value):
                raise ValidationError(self.problem)
            value = int(value) if value.is_integer() else repr(value)
        if isinstance(value, int):
            value = str(value)
        if not isinstance(value, str):
            raise ValidationError("这里要写文字，不能是列表或其他结构。")
        if len(value) > self.longest:
            raise ValidationError(f"太长了，最多 {self.longest} 个字。")
        return self.read(value)

    def read(self, said: str) -> Any:
        """Turn a normalised text into the canonical value. Raises ValidationError with what to do."""
        raise NotImplementedError

    def value_of(self, said: str) -> Any | None:
        """Give the value of what somebody wrote into a list; None where it is none."""
        try:
            return self.deserialize(normalise(said))
        except ValidationError:
            return None

    def heard(self, said: str) -> str | None:
        """Give what is to be read of an answer said in a chat; None where it cannot be one."""
        return said

    def doubt(self, value: Any) -> str:
        """Say what somebody should look at once more in a value that was taken, or nothing."""
        return ""

    def same(self, said: str, value: Any) -> bool:
        """Tell whether somebody who says this means the value, by this field's own reading."""
        return bool(said) and self.value_of(said) == value

    def options(self) -> Sequence[str]:
        """Give the answers to choose from, or nothing."""
        return ()

    def called(self, option: str) -> str:
        """Give the everyday word for an option."""
        return option

    def told(self, value: Any) -> str:
        """Give the value as a parent reads it: in the everyday word where there is one."""
        return self.show(value)

    def chips(self, *, roughly: bool = False) -> Sequence[str]:
        """Give a few words that a page offers to tap, `roughly` vague ones too; others can be said as well."""
        return ()

    def suggestions(self) -> Sequence[str]:
        """Give the names that a page offers while one types, or nothing; other answers are taken too."""
        return ()

    def show(self, value: Any) -> str:
        """Give the value as a person reads it."""
        return str(value)

    def mask(self, value: Any, masks: Masks = Masks.USUAL) -> str:
        """Give what ordinary eyes see of a personal or sensitive value; `masks` is what its row allows."""
        return FILLED

    def seen(self, value: Any, masks: Masks = Masks.USUAL) -> Cell:
        """Give what an ordinary ledger holds: a value as its type, or the mask of one that is not open."""
        return self.cell(value) if self.asked.privacy is Privacy.OPEN else self.mask(value, masks)

    def cell(self, value: Any) -> Cell:
        """Give the value as a ledger holds it: a date, a number or a text."""
        return self.show(value)

    def width(self) -> float:
        """Give the width of its column in Chinese characters."""
        masked = self.masked_width if self.asked.privacy is not Privacy.OPEN else 0.0
        return masked or self.clear_width()

    def clear_width(self) -> float:
        """Give the width that it needs where it is not masked."""
        return self.open_width or self._usual_width()

    def _usual_width(self) -> float:
        return min(18.0, max(5.0, self.longest / 12))

    def keep(self, value: Any) -> str | float:
        """Turn the canonical value into a cell (before encryption)."""
        return cast(str, value)

    def recall(self, cell: Any) -> Any:
        """Turn a cell (after decryption) back into the canonical value."""
        return cell

    def _spoken(self, value: Any) -> Any:
        if value is None:
            raise ValidationError(self.problem)
        return value


def masks_beside(clear: Iterable[Answer]) -> Masks:
    """Choose the masks of a row, block or page, after the fields whose values it shows in clear."""
    return Masks.beside(one.tells_number for one in clear)

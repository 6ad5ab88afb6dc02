"""Days, months and moments, in any spelling."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal, cast

from marshmallow import ValidationError

from intake.fields.answer import Answer, Cell
from intake.fields.privacy import Masks
from intake.language import spoken
from intake.language.patterns import regex

ROUGHLY = ("大约一个星期前", "大约一个月前", "更久")
"""What parents tap who did not count, as in the chat; 不知道 stands beside it."""
_SLIP, _SEASONS = timedelta(days=31), timedelta(days=300)
"""A day without its year that would be almost a year off, and lies less than a month on the other side: a slip."""

UNSURE = "这样写要看是哪天填的，说不准是哪一天。请写年月日，例如 2026-12-05；不要写昨天、周一、30 号。"
NO_DAY = "这一格只有年月，没有日。请写年月日，例如 2026-12-05。"
CUT_OFF = "11.30 会被表格软件改成 11.3，分不清是哪一天。请写年月日，例如 2026-12-05。"
_CUT_OFF = regex(r"[0-9]{1,2}\.[123]")
_LATER = (0, 1, 7, 183)
"""Days after which a sheet may be read, once more or for the first time: a day that is written means the same on each."""


def _cell(value: str) -> Cell:
    """Give a day or a moment; the text itself where a row is from before its field had this type."""
    try:
        return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    except ValueError:
        return value


class Day(Answer):
    """A day in any spelling; `lean` says whether 九月一号 means the last or the next one.

    A `rough` one may be a past day that nobody counted: 好几天了, 国庆以后.
    """

    widget = "date"
    open_width, masked_width = 5.6, 3.2
    problem = "没有看懂日期。可以写：昨天、上周一、9月1日。"

    def __init__(self, lean: str = "past", *, rough: bool = False, **options: Any) -> None:
        self.lean, self.rough = lean, rough
        super().__init__(**options)

    def chips(self, *, roughly: bool = False) -> Sequence[str]:
        """Give the days that are most often meant, as words to tap."""
        if self.lean == "past":
            return ("今天", "昨天", "前天", *(ROUGHLY if roughly and self.rough else ()))
        return ("今天", "明天", "后天")

    def read(self, said: str) -> str:
        """Give the ISO date, never in the future where that makes no sense."""
        found = spoken.day(said, self.today, lean="past" if self.lean == "past" else "future")
        if found:
            self._refuse_slip(said, found)
        if found is None and self.rough and (roughly := spoken.past_day(said, self.today)):
            found = roughly.day
        if found is None:
            raise ValidationError(self.problem)
        if self.lean == "past" and found > self.today:
            raise ValidationError("这个日期还没有到，请核对。")
        return found.isoformat()

    def untold(self, said: str, today: date) -> str:
        """Say why a sheet does not tell a day, or nothing: of 昨天 nobody knows when it was written, 11.30 becomes 11.3."""
        if _CUT_OFF.fullmatch(said):
            return CUT_OFF
        lean: Literal["past", "future"] = "past" if self.lean == "past" else "future"
        meant = {spoken.day(said, today + timedelta(days=later), lean=lean) for later in _LATER}
        return UNSURE if len(meant) > 1 else ""

    def _refuse_slip(self, said: str, found: date) -> None:
        """Refuse 12月8日 said of the past on the first of December: nobody means a year ago, and would not notice."""
        past = self.lean == "past"
        other = spoken.day(said, self.today, lean="future" if past else "past")
        if other and abs(other - found) > _SEASONS and abs(other - self.today) <= _SLIP:
            raise ValidationError(
                f"{other.month}月{other.day}日{'还没有到' if past else '已经过去了'}，请核对。"
                f"要说的是{found.year}年的，请写上年份：{found.isoformat()}。"
            )

    def cell(self, value: str) -> Cell:
        """Give the day."""
        return _cell(value)

    def mask(self, value: str, masks: Masks = Masks.USUAL) -> str:
        """Give the year."""
        return f"{value[:4]}年"


class Birth(Day):
    """A date of birth."""

    widget = "text"
    tells_number = True
    problem = "请写出生的年月日，例如：2015年3月8日。"

    def read(self, said: str) -> str:
        """Give the ISO date."""
        found = spoken.birth_day(said, self.today)
        return cast(date, self._spoken(found)).isoformat()

    def untold(self, said: str, today: date) -> str:
        """Say nothing: a day of birth is read with its year alone."""
        return ""

    def chips(self, *, roughly: bool = False) -> Sequence[str]:
        """Offer nothing: nobody in question was born this week."""
        return ()


class Month(Answer):
    """A year and month that has begun, kept as YYYY-MM."""

    open_width, masked_width = 4.0, 3.2
    problem = "请写年和月，例如：2024年3月。"

    def read(self, said: str) -> str:
        """Read 2024年3月, 去年三月, 三个月前."""
        return cast(str, self._spoken(spoken.month(said, self.today)))

    def mask(self, value: str, masks: Masks = Masks.USUAL) -> str:
        """Give the year."""
        return f"{value[:4]}年"


class Moment(Answer):
    """When something happened: a day, or a day and a time of day, never later than now."""

    open_width = 8.6
    problem = "没有看懂时间。可以写：刚才、昨天下午三点、11月20日。"

    def read(self, said: str) -> str:
        """Give YYYY-MM-DD or YYYY-MM-DDTHH:MM, local time."""
        return cast(str, self._spoken(spoken.moment(said, self.world.now())))

    def show(self, value: str) -> str:
        """Put a space for the T."""
        return value.replace("T", " ")

    def cell(self, value: str) -> Cell:
        """Give the moment."""
        return _cell(value)

"""Until when a child is on leave: 请三天假, 明后天不去了, 请假到周五, 周四回来上课. What was last week is none of it."""

from datetime import date, timedelta

from intake.language import spoken
from intake.language.dates.spans import amount_of_span
from intake.language.patterns import regex

_COUNT = "[0-9]{1,2}|[一二两三四五六七八九十]{1,3}|俩|仨"
_DAY = (
    "(?:大后|今|明|后)[天儿日]|明后(?:两|俩)?[天儿日]|(?:这个?|本|下个?)?(?:周|星期|礼拜)[一二三四五六日天]"
    f"|(?:{_COUNT})月(?:{_COUNT})[日号]|(?<![0-9月])(?:{_COUNT})号"
)
_LAST = regex(
    f"(?:请|假|休|歇|住院)[^，。；,;]{{0,6}}?到(?P<day>{_DAY})(?!(?:再|才|就|能|可以)*(?:回|返|来|去|上))"
)
_BACK = regex(
    f"(?P<day>{_DAY})(?:早上|一早|再|才|就|能|可以|肯定|争取)*(?:回来|回去|回学?校|返校|来上|去上|上学|上课|到校)"
)
_DAYS = regex(
    f"(?:请|休|歇|养|住院)[^，。；,;]{{0,4}}?(?P<n>{_COUNT})个?(?P<unit>天|日|周|星期|礼拜)(?!前|以前|了)"
    f"|假[^，。；,;没]{{0,3}}?(?P<n2>{_COUNT})个?(?P<unit2>天|周|星期|礼拜)(?!前|以前|了)"
)
_AWAY = regex(
    f"(?P<days>(?:{_DAY})(?:[、和跟及到 ]*(?:{_DAY}))*)[^，。；,;]{{0,6}}?(?:请|假|不[去来能]|[去来]不[了成]|上不了)"
)
_EACH = regex(_DAY)
_OVER = regex(
    "上个?(?:周|星期|礼拜|月|学期|次|回)|昨[天儿日]|前[天儿]|之前|以前|那[次回会]|假了(?=$|[，。；,;])"
)
_FARTHEST = 60
"""Days from today after which a day is more likely misread."""
_SATURDAY = 5


def read_leave_until(said: str, today: date) -> date | None:
    """Give the last day of a leave that is told of, or None where nothing but leave is said, or it is over."""
    found = None if _OVER.search(said) else _last_day(said, today)
    return found if found and today <= found <= today + timedelta(days=_FARTHEST) else None


def _last_day(said: str, today: date) -> date | None:
    if match := _LAST.search(said):
        return _day(match["day"], today)
    if (match := _BACK.search(said)) and (back := _day(match["day"], today)):
        return back - timedelta(days=1)
    away = _AWAY.search(said)
    days = [day for one in _EACH.findall(away["days"]) if (day := _day(one, today))] if away else []
    if match := _DAYS.search(said):
        count = amount_of_span((match["n"] or match["n2"]).replace("俩", "两").replace("仨", "三"))
        unit = match["unit"] or match["unit2"]
        return _after(min(days, default=today), int(count), unit) if count else None
    return max(days, default=None)


def _day(said: str, today: date) -> date | None:
    return spoken.day("后天" if said.startswith("明后") else said, today, lean="future")


def _after(first: date, count: int, unit: str) -> date:
    """Count days of school from the first one on; a week is a week."""
    if unit not in "天日":
        return first + timedelta(days=7 * count - 1)
    day = first
    while count > 1 or day.weekday() >= _SATURDAY:
        count -= day.weekday() < _SATURDAY
        day += timedelta(days=1)
    return day

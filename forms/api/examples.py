"""Examples of reports, made of the declarations: an invented child, and what the questions themselves give as examples."""

from datetime import timedelta
from typing import Any

from intake import fields
from intake.fields.privacy import Privacy
from intake.kinds.form import Form
from intake.language.patterns import regex

BORN = "2017-03-08"
NUMBER = "999999201703080019"
"""Made of a region that does not exist, the day of birth and a right check digit: nobody has it."""

_INVENTED = {
    "child_name": "王小明",
    "guardian_name": "李秀兰",
    "id_number": NUMBER,
    "birth_date": BORN,
    "grade": "三年级",
    "class_name": "2班",
    "phone": "13800001234",
}
_EXAMPLE = regex("例如：([^、；，。]+)")
_ALWAYS = ("孩子", "联系人")


def report(form: Form) -> dict[str, Any]:
    """Make a report of a kind that is taken as it is: all that is required, and what shows how to answer."""
    said = {key: answer(form, key) for key, one in form.answers().items() if _shown(one)}
    skip = form.irrelevant(said)
    return {key: value for key, value in said.items() if key not in skip}


def answer(form: Form, key: str) -> Any:
    """Make an answer in canonical form."""
    field = form.field(key)
    if known := form.when_unknown.get(key) or _INVENTED.get(key):
        return known
    if isinstance(field, fields.Choices):
        return list(field.options()[:1])
    if isinstance(field, fields.Town):
        return _town(form)
    if options := field.options():
        return options[0]
    return _time(field) or _place(form, field) or _plain(field)


def _shown(field: fields.Answer) -> bool:
    if field.required:
        return True
    telling = field.asked.group in _ALWAYS or (isinstance(field, fields.Text) and "例如" in field.asked.hint)
    return telling and field.asked.privacy is not Privacy.SENSITIVE


def _time(field: fields.Answer) -> str:
    if isinstance(field, fields.Birth):
        return BORN
    if isinstance(field, fields.Day):
        step = timedelta(days=-1 if field.lean == "past" else 1)
        return (field.today + step).isoformat()
    if isinstance(field, fields.Month):
        return f"{field.today.year - 1}-03"
    if isinstance(field, fields.Moment):
        return f"{(field.today - timedelta(days=1)).isoformat()}T15:30"
    return ""


def _place(form: Form, field: fields.Answer) -> str:
    if isinstance(field, fields.School):
        return next(iter(field.suggestions()), f"{_town(form)}中心小学")
    if isinstance(field, fields.Village | fields.Address):
        return _village(form)
    return ""


def _plain(field: fields.Answer) -> str | float:
    if isinstance(field, fields.Number):
        return min(field.highest, max(field.lowest, 5))
    if isinstance(field, fields.Name):
        return _INVENTED["guardian_name"]
    if isinstance(field, fields.Phone):
        return _INVENTED["phone"]
    if isinstance(field, fields.IdNumber):
        return NUMBER
    if isinstance(field, fields.ClassName):
        return _INVENTED["class_name"]
    found = _EXAMPLE.search(field.asked.hint)
    return found[1] if found else "演示"


def _town(form: Form) -> str:
    towns = form.world.places.towns()
    return next((one.name for one in towns if one.name.endswith("镇")), towns[0].name)


def _village(form: Form) -> str:
    places, town = form.world.places, _town(form)
    return next(places.full_name(one.code) for one in places.villages() if places.name(one.town) == town)

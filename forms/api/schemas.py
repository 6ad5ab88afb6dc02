"""What a report of a kind is made of, as JSON Schema: the canonical values exactly, and the rest in words.

By our own few functions and not by apispec: what an answer may be is known to our field types, not to
marshmallow's, so that each of its converters would have to be replaced.
"""

from collections.abc import Mapping
from typing import Any

from intake import fields
from intake.kinds import World
from intake.kinds.form import CONFIDE, Form

Schema = dict[str, Any]

_HAN, _HANGUL, _CYRILLIC = "\u3400-\u9fff", "\uac00-\ud7a3", "\u0410-\u044f"
_CANONICAL: Mapping[type[fields.Answer], Schema] = {
    fields.Name: {
        "pattern": f"^([{_HAN}]{{2,20}}|[{_HAN}]+(·[{_HAN}]+)+|[A-Za-z]{{2,}}([ '-][A-Za-z]+)*"
        f"|[{_HANGUL}]{{2,12}}|[{_CYRILLIC}]{{2,}}([ '-][{_CYRILLIC}]+)*)$"
    },
    fields.Phone: {
        "pattern": "^(1[3-9][0-9]{9}|(0[1-9][0-9]{1,2}[0-9]{7,8}|[48]00[0-9]{7})(-[0-9]{1,6})?"
        "|[+]([1-79][0-9]|8[0-57-9])[0-9]{5,13})$",
        "maxLength": 20,
    },
    fields.IdNumber: {"pattern": "^[0-9A-Z]{5,}$"},
    fields.ClassName: {"pattern": f"^[{_HAN}A-Za-z0-9]{{1,9}}班$"},
    fields.School: {"pattern": f"[{_HAN}]|^[0-9]+$", "minLength": 2},
    fields.Day: {"format": "date", "maxLength": 10},
    fields.Month: {"pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$", "maxLength": 7},
    fields.Moment: {
        "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T([01][0-9]|2[0-3]):[0-5][0-9])?$",
        "maxLength": 16,
    },
}
_TOLD: Mapping[type[fields.Answer], str] = {
    fields.Phone: "只写数字，座机带区号，分机写在短横后面；国外的号码以 + 开头。",
    fields.IdNumber: "居民身份证是 18 位，会核对最后一位。",
    fields.School: "写全名，或局里名单上的学校代码。",
    fields.Town: "写名称，或 9 位代码。",
    fields.Village: "带上镇街写，或写 12 位代码；要在所填的镇街里。",
    fields.Day: "写成 2026-09-01。",
    fields.Birth: "写成 2017-03-08，最近 25 年以内。",
    fields.Month: "写成 2026-03，不晚于本月。",
    fields.Moment: "北京时间，写成 2026-09-01T15:30，不知道几点就只写日期；不晚于现在。",
}


def body(form: Form) -> Schema:
    """Describe a report of a kind."""
    return {
        "type": "object",
        "title": form.title,
        "description": f"{form.about}。",
        "properties": {key: _answer(form, key) for key in form.answers()}
        | (_CONFIDES if form.confides else {}),
        "required": _required(form),
        "additionalProperties": False,
    }


_CONFIDES: Schema = {
    "confidential": {
        "title": "要不要保密",
        "description": f"{CONFIDE}。写“是”，学校、镇街和村里都不会知道是谁报的。",
        "type": "string",
        "enum": ["是", "否"],
        "x-privacy": "open",
    }
}


def _required(form: Form) -> list[str]:
    """Give the keys that must always be sent; where one depends on another, its description says so."""
    must = {key for key, one in form.answers().items() if one.required} | form.demanded("api")
    return [key for key, one in form.answers().items() if key in must and not one.asked.when]


def _answer(form: Form, key: str) -> Schema:
    field = form.field(key)
    told = [
        field.asked.prompt,
        _of_type(_TOLD, field, ""),
        _bounds(field),
        field.asked.hint,
        _when(form, field),
    ]
    return {
        "title": field.asked.label,
        "description": "".join(one if one.endswith(("。", "？")) else f"{one}。" for one in told if one),
        **_value(field),
        "x-privacy": str(field.asked.privacy),
    }


def _value(field: fields.Answer) -> Schema:
    """Give the schema of the canonical values of a field."""
    if isinstance(field, fields.Town | fields.Village):
        return {"$ref": f"#/components/schemas/{type(field).__name__}"}
    if isinstance(field, fields.Number):
        return {"type": "number", "minimum": field.lowest, "maximum": field.highest}
    words: Schema = {"type": "string", "enum": list(field.options())}
    if isinstance(field, fields.Choices):
        return {"type": "array", "items": words, "minItems": 1, "maxItems": 30, "uniqueItems": True}
    if field.options():
        return words
    return {"type": "string", "minLength": 1, "maxLength": field.longest, **_of_type(_CANONICAL, field, {})}


def places(world: World) -> Schema:
    """Describe the places, each list once, since every kind asks for them."""
    towns, villages = world.places.towns(), world.places.villages()
    names = [world.places.full_name(one.code) for one in villages]
    return {
        "Town": {"type": "string", "enum": [one.name for one in towns] + [one.code for one in towns]},
        "Village": {"type": "string", "enum": names + [one.code for one in villages]},
    }


def _bounds(field: fields.Answer) -> str:
    """Say the bounds for those who read; who calculates has them in the schema."""
    if isinstance(field, fields.Number):
        return f"{field.lowest:g} 到 {field.highest:g}，最多两位小数。"
    if isinstance(field, fields.Text):
        return f"最多 {field.longest} 个字。"
    if isinstance(field, fields.Day) and not isinstance(field, fields.Birth) and field.lean == "past":
        return "不晚于今天。"
    several = isinstance(field, fields.Choices) and "选几样" not in field.asked.hint
    return "可以选几样。" if several else ""


def _when(form: Form, field: fields.Answer) -> str:
    causes = "，或者 ".join(
        f"{cause}（{form.answers()[cause].asked.label}）是{'、'.join(f'“{word}”' for word in words)}"
        for cause, words in field.asked.when.items()
    )
    return f"只在 {causes}时{'必须' if field.required else '可以'}填。" if causes else ""


def _of_type(told: Mapping[type[fields.Answer], Any], field: fields.Answer, otherwise: Any) -> Any:
    return next((told[one] for one in type(field).__mro__ if one in told), otherwise)

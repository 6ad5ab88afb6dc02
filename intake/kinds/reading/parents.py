"""What is different where parents answer: it is said in their words, and 不知道 is an answer."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from intake import fields
from intake.fields.unknowing import without_unknown

if TYPE_CHECKING:
    from intake.kinds.form import Form

FACES = frozenset({"wechat", "form", "proxy"})
"""Channels of parents; other systems and class teachers know, or must find out."""
UNVERIFIED = "待核实"
"""What stands where a reporter did not know."""
_PARENTS = frozenset({"父", "母"})


def part_unknown(form: "Form", said: Mapping[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """Part what was said from what was answered with 不知道, by key; a parent knows the child's name."""
    kin = form.words_of("relation", said["relation"]) if "relation" in said else ()
    known = {"child_name"} if _PARENTS & {*kin} else set()
    left: dict[str, Any] = {}
    gone: set[str] = set()
    for key, value in said.items():
        rest = without_unknown(form.field(key), value) if key in form.fields and key not in known else value
        if rest != value and not rest:
            gone |= {key} - form.when_unknown.keys()
            rest = form.when_unknown.get(key)
        left |= {} if key in gone else {key: rest}
    return left, gone


def open_lines(
    form: "Form", answers: Mapping[str, Any], *, plain: bool = False
) -> list[tuple[str, str, str]]:
    """Give (key, label, 待核实) of what was left empty; a parent reads everyday words."""
    asked = {key: form.field(key).asked for key in form.unverified(answers)}
    return [(key, one.called if plain else one.label, UNVERIFIED) for key, one in asked.items()]


def in_their_words(form: "Form", errors: Mapping[str, list[str]], channel: str) -> dict[str, list[str]]:
    """Say what is wrong in the words of the parents' own pages; who fills in for one may sit before a sheet of labels."""
    asks = channel != "proxy"
    return {
        key: [_plainly(form.fields.get(key), sentence, asks) for sentence in told]
        for key, told in errors.items()
    }


def _plainly(field: Any, sentence: str, asks: bool) -> str:
    if not isinstance(field, fields.Answer):
        return sentence
    if isinstance(field, fields.Choice) and sentence == field.refusal():
        return field.refusal(plain=True)
    if asks and sentence in (field.error_messages["required"], f"请填写{field.asked.label}。"):
        return f"还没有填：{field.asked.prompt}"  # 请选择请假了吗 is no sentence
    return sentence.replace(f"{field.asked.label}。", f"{field.asked.called}。")

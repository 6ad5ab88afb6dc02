"""What a report tells of a child that outlasts it: the facts in its answers. Pure; nothing is looked up.

What is the matter of the report itself (why a child stays away and where it is, what a family wishes for, what aid
did not come) stays with the report. Leave of a day is the roll's.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from intake import codes
from intake.children.links import STRANGERS

Facts = list[tuple[str, dict[str, Any]]]
"""Kinds of fact, each with its answers by key of its declaration."""
BY_TEACHER = "teacher"
"""The channel in which a teacher tells for herself: the telephone is hers."""
_GUARDIANS = frozenset({"父", "母", "继/养父", "继/养母", "祖父", "祖母", "外祖父", "外祖母"})
"""Relations of those who mostly are the guardian that they name; an aunt or a brother names somebody else."""
_PARENT = {"父": "father_away", "继/养父": "father_away", "母": "mother_away", "继/养母": "mother_away"}
_VAGUE = frozenset({"不清楚", "其他"})
"""Words of lists that say nothing which outlasts the report."""


def facts_told(answers: Mapping[str, Any], channel: str, relation: str) -> Facts:
    """Give what a report tells of its child, as its answers were taken; `relation` is the reporter's.

    Who is away has since when and where that was said; of both parents it is said once for both. A telephone is a
    family's only where one of the family tells it.
    """
    family = bool(relation) and relation not in STRANGERS and channel != BY_TEACHER
    told = [*_people(answers, relation if family else ""), *_parents(answers)]
    told += [(one, value) for one, value in _homes(answers) if value]
    return [*told, *_hardships(answers)]


def _people(answers: Mapping[str, Any], relation: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the guardian and the telephone; without a relation the reporter is none of the family."""
    name, phone = answers.get("guardian_name"), answers.get("phone")
    own = (
        relation in _GUARDIANS and answers.get(_PARENT.get(relation, "")) != "是"
    )  # who is away names who is there
    if name:
        yield "guardian", {"guardian_name": name, **(_picked(answers, "relation", "phone") if own else {})}
    if phone and relation and not (name and own):
        yield "phone", {"phone": phone, "relation": relation}


def _parents(answers: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    where = {"since": answers.get("away_since"), "place": answers.get("away_place")}
    for kind in ("father", "mother"):
        if away := answers.get(f"{kind}_away"):
            told = {key: value for key, value in where.items() if value} if away == "是" else {}
            yield kind, {"away": away, **told}


def _homes(answers: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "residence", _picked(answers, "residence")
    if "household_place" in answers:  # of what sort a register is tells nothing without it
        yield "household", _picked(answers, "household_place", "household_type")
    yield "ethnic", _picked(answers, "ethnic")
    yield "travel", _picked(answers, "travel", "distance_km")
    yield "permit", _picked(answers, "permit_number")


def _hardships(answers: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the hardships that are told, and the groups that are none: 困境, 留守, 随迁."""
    groups: Sequence[str] = answers.get("special_group") or ()
    known = frozenset(one.label for one in codes.codes("hardship"))
    told = [*(answers.get("hardship") or ()), *(one for one in groups if one in known)]
    yield from (("hardship", {"hardship": one}) for one in dict.fromkeys(told) if one not in _VAGUE)
    yield from (("group", {"group_name": one}) for one in groups if one not in known)


def _picked(answers: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: answers[key] for key in keys if answers.get(key) not in (None, "")}

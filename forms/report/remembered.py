"""What a form has filled in itself because the house knows it: which answers, where they are from, of which child."""

from typing import Any

from forms.report import link
from forms.teachers.roll_shown import ShownPupil, pupils_taught
from forms.who import FORM, PROXY, Who
from intake.children.children import Child
from intake.errors import Invalid
from intake.kinds import Report
from intake.people.bindings import Class
from intake.web import get_db, visitors
from intake.web.questions import Typed

TO_PARENTS = "我们记着的，请看看对不对。"
TO_TEACHERS = "我们记着的（{}{}），请看看对不对。"


def remembered_answers(form: Report, who: Who, typed: Typed) -> dict[str, str]:
    """Say by key of what stands in a form as the house has filled it in that it has; a teacher reads where it is from."""
    if who.channel == FORM:
        recalled = link.recall(form.kind) if visitors.visitor() else link.Recalled()
        ours = {key: recalled.shown[key] for key in recalled.remembered if key in recalled.shown}
        return {key: TO_PARENTS for key, value in ours.items() if _stands(typed, key, value)}
    return {
        key: TO_TEACHERS.format(one.source, f"，{one.said_on}" if one.said_on else "")
        for key, one in who.filed.by_key.items()
        if _stands(typed, key, form.field(key).show(one.value))
    }


def child_meant(form: Report, who: Who, said: dict[str, Any]) -> str:
    """Give the id of the child that a report is known to be about: a teacher has picked it, or her family writes."""
    if who.child or who.channel != FORM or not visitors.visitor():
        return who.child
    try:
        return link.child_meant(form.accept(said, who.channel))
    except Invalid:  # the door says what is wrong, unless it has taken the same before
        return ""


def own_to_pick(who: Who, typed: Typed) -> list[Child]:
    """Give the children among whom their family may pick who has named none."""
    return link.children_of_family() if who.channel == FORM and not typed.get("child_name") else []


def children_to_pick(who: Who) -> list[tuple[Class, list[ShownPupil]]]:
    """Give the classes of a teacher who begins to write for a family, with the children among whom she may pick."""
    person = who.person if who.channel == PROXY and not who.child else None
    return pupils_taught(get_db(), person) if person else []


def _stands(typed: Typed, key: str, value: Any) -> bool:
    there = [one for one in typed.getlist(key) if one.strip()]
    return bool(there) and there == (value if isinstance(value, list) else [value])

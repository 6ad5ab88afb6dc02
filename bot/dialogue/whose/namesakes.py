"""Which child a name means: read by the names that there are, and asked about where several children bear it.

Whoever is no confirmed family learns nothing of the roll: the question is open (几年级几班), and the answer is compared in
silence, by whoever looks for the child.
"""

from dataclasses import replace

from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.understanding import Understood, slots
from bot.understanding.names.on_roll import possible_names, settled_name
from intake.children import children
from intake.children.children import Child
from intake.kinds import Report

_TELLS = ("school", "grade", "class_name")
"""What tells children of one name apart, in the order of asking."""
_LIKE = (*_TELLS, "sex", "birth_date", "town")
"""What may speak against a child, in a report as in its file."""


def heard_by_roll(heard: Understood, said: str, turn: Turn) -> Understood:
    """Give what was understood, with a name that may be read in several ways as a child is called."""
    if len(heard.names) > 1 or len(heard.children) > 1:
        return heard
    plain = slots.plain(said)
    possible = possible_names(plain)
    there = children.values_of_children(turn.db, "child_name", list(possible))
    name = settled_name(plain, heard.names, possible, there)
    return replace(heard, slots={**heard.slots, "child_name": name}, names=(name,)) if name else heard


def ask_class(form: Report, state: State, turn: Turn) -> None:
    """Let it be asked in which school, grade and class a child is, where its name is several children's."""
    name = str(state.answers.get("child_name", ""))
    known = [key for key in _TELLS if key in state.answers]
    mark = f"{name} {known}"
    if not name or state.amending or state.namesake == mark or "id_number" in state.answers:
        return
    state.namesake = mark
    open_keys = [key for key in _TELLS if key in form.fields and key not in known]
    meant = (
        [one for one in children.children_of_name(turn.db, name) if _may_be(one, state)] if open_keys else []
    )
    if len(meant) > 1:
        told = {key for key in open_keys if len({getattr(one, key) for one in meant}) > 1}
        if told & {"grade", "class_name"}:  # both in one question, so that it tells nothing
            told |= {"grade", "class_name"} & {*open_keys}
        state.doubts = [*state.doubts, *(key for key in _TELLS if key in told and key not in state.doubts)]


def _may_be(child: Child, state: State) -> bool:
    """Tell whether nothing that was said speaks against a child."""
    pairs = ((state.answers.get(key), getattr(child, key)) for key in _LIKE)
    return not any(said and there and said != there for said, there in pairs)

"""What the house remembers of a child whose class teacher has confirmed its family: it is offered in the read-back, not asked.

Nobody else learns anything of it, nor that there is such a child.
"""

from bot.dialogue import prefill
from bot.dialogue.state import OTHERS, State
from bot.dialogue.turn import Turn
from intake.children import links
from intake.children.children import Child
from intake.children.facts.answers.known import known_answers
from intake.kinds import Report
from intake.reports.told_children import OWN


def remember(form: Report, state: State, turn: Turn, name: str = "") -> None:
    """Fill in what the house knows of the child that is talked of, once for each name."""
    name = name or str(state.answers.get("child_name", ""))
    if not name or name == state.about or state.amending:
        return
    state.about = name
    if child := confirmed_child(state, turn, name):
        before = set(state.answers)
        known = known_answers(turn.db, child, form.kind, turn.reporter)
        prefill.fill(form, state, known.beside(state.answers))
        new = [key for key in state.answers if key not in before]
        state.known = [*state.known, *(key for key in new if key in known.by_key)]
        state.taken = [*state.taken, *(key for key in new if key not in OWN)]


def confirmed_child(state: State, turn: Turn, name: str) -> Child | None:
    """Give the one child of a name that the reporter is confirmed family of; she may tell of another's child, too."""
    relation = state.answers.get("relation") or state.facts.get("relation")
    return None if relation in OTHERS else links.confirmed_child(turn.db, turn.reporter, name)


def child_of_draft(state: State, turn: Turn) -> str:
    """Give the id of the confirmed child that a draft is about; nothing where another school than its own was said."""
    child = confirmed_child(state, turn, str(state.answers.get("child_name", "")))
    elsewhere = child and state.answers.get("school", child.school) != child.school
    return child.id if child and not elsewhere else ""

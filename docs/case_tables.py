"""Write the tables of docs/cases.md anew from the code: states, transitions, duties. Run it after a change of theirs."""

import re
from collections.abc import Iterator
from pathlib import Path

from intake.calendar.deadlines import TERMS
from intake.cases.rulebook import duties
from intake.cases.rulebook.states import STATES
from intake.cases.rulebook.transitions import ASKED_FOR, BEFORE, OWNER, TRANSITIONS, TURNED, Transition
from intake.cases.rules import RULES
from intake.people.roles import ROLES

PAGE = Path(__file__).with_name("cases.md")
OPEN = tuple(word for word, one in STATES.items() if not one.ended)
ABSENT = tuple(one for one in TRANSITIONS["said_back"].moves)
ACTORS = {OWNER: "责任人", "clock": "clock", "door": "door", "roll": "roll", "parent": "parent"}


def states_table() -> Iterator[str]:
    """Yield a line for each state."""
    yield "| state | parents hear | |"
    yield "|---|---|---|"
    for one in STATES.values():
        what = "end" if one.ended else "open"
        yield f"| {one.word} | {one.plain} | {what}{', of dropout' if one.suspected else ''} |"


def transitions_table() -> Iterator[str]:
    """Yield a line for each transition."""
    yield "| key | what | who | from → to | written down |"
    yield "|---|---|---|---|---|"
    for one in TRANSITIONS.values():
        written = "、".join(_asked(one)) + (" *" if one.key in RULES else "")
        yield f"| `{one.key}` | {one.title} | {_who(one)} | {'; '.join(_moves(one))} | {written.strip()} |"


def duties_table() -> Iterator[str]:
    """Yield a line for each duty, with the terms that may be set."""
    yield "| duty | what | term |"
    yield "|---|---|---|"
    for key, title in duties.TITLES.items():
        yield f"| `{key}` | {title.format('n')} | {_TERM.get(key, '')} |"


def _term(key: str, days: str) -> str:
    return f"`{key}` {TERMS[key]} {days}"


_SCHOOL, _WORK, _DAYS, _MINUTES = "school days", "working days", "days", "minutes"
_TERM = {
    "back_said": "that school day", "identify": "that school day",
    "contact": _term("contact", _SCHOOL), "visit": _term("visit", _SCHOOL),
    "conclude": _term("suspect", _SCHOOL), "persuade": f"{_term('persuade', _SCHOOL)}, then {_term('again', _SCHOOL)}",
    "lead": f"{_term('lead', _SCHOOL)} absent", "written": f"{_term('written', _SCHOOL)} absent",
    "decide": f"{_term('decide', _SCHOOL)} absent", "observe": f"{', '.join(map(str, duties.OBSERVED))} days after 复学",
    "submit": f"the working day after day {duties.OBSERVED[-1]}", "approve": _term("approve", _WORK),
    "back": "the school day after the roll saw the child", "question": "that school day",
    "leave_over": "the school day after leave", "serve": _term("serve", _DAYS), "reply": _term("reply", _WORK),
    "accept": _term("accept", _WORK), "review": f"{_term('review', _DAYS)}; of 休学, 延缓入学 the day that was set",
    "handle": _term("handle", _WORK), "close": _term("close", _WORK), "take": _term("take", _MINUTES),
    "guardian": _term("tell", _MINUTES), "parents_away": _term("tell", _MINUTES), "police": _term("tell", _MINUTES),
    "bullying": _term("bullying", _WORK),
}  # fmt: skip


def _who(one: Transition) -> str:
    people = [role.title for key, role in ROLES.items() if key in one.who]
    return "、".join([*(ACTORS[key] for key in ACTORS if key in one.who), *people])


def _moves(one: Transition) -> Iterator[str]:
    """Yield the moves, those with one end together; what stays where it is comes last."""
    moves = sorted(one.moves.items(), key=lambda move: (move[0] == move[1], list(one.moves).index(move[0])))
    known: dict[str, list[str]] = {}
    stays = []
    for before, after in moves:
        if before == after:
            stays.append(before)
        else:
            known.setdefault(after, []).append(before)
    for after, before_all in known.items():
        yield f"{_named(before_all)} → {_END.get(after, after)}"
    if stays:
        yield f"{_named(stays)} stays"


_END = {ASKED_FOR: "what was asked for", BEFORE: "the state before", TURNED: "where its new kind begins"}


def _named(words: list[str]) -> str:
    wanted = set(words) - {""}
    if wanted == set(ABSENT):
        return "any open 未到校"
    if wanted == set(STATES):
        return "any"
    if wanted >= set(OPEN):
        return " ".join(["any open", *(word for word in STATES if word in wanted - set(OPEN))])
    return " ".join(word for word in STATES if word in wanted) or "–"


def _asked(one: Transition) -> Iterator[str]:
    if one.needs:
        for key, field in one.needs._declared_fields.items():
            label = field.metadata["asked"].label if "asked" in field.metadata else key
            yield label if field.required else f"（{label}）"


TABLES = {"states": states_table, "transitions": transitions_table, "duties": duties_table}


def written(page: str) -> str:
    """Give a page with its tables as the code has them."""
    for name, table in TABLES.items():
        lines = "\n".join(table())
        page = re.sub(rf"(<!-- {name} -->\n).*?(<!-- end -->)", lambda at, lines=lines: f"{at[1]}{lines}\n{at[2]}", page,
                      flags=re.DOTALL)  # fmt: skip
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")

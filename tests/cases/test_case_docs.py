"""The page on cases is that of the code, and what it teaches works."""

import re

import pytest

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.rulebook.transitions import TRANSITIONS, Transition
from intake.errors import Denied, Invalid
from intake.store.db import Database
from tests.hands.caseworld import World
from tests.hands.documents import DOCS, program


def test_the_tables_are_those_of_the_code() -> None:
    page, tables = (DOCS / "cases.md").read_text("utf-8"), program("case_tables")
    assert page.count("<!-- end -->") == len(tables.TABLES)
    assert tables.written(page) == page, "run docs/case_tables.py"
    assert all(f"| `{key}` | {one.title} |" in page for key, one in TRANSITIONS.items())


@pytest.fixture
def tutored(monkeypatch: pytest.MonkeyPatch) -> Transition:
    page = (DOCS / "how-to-add-a-transition.md").read_text("utf-8")
    (module,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    space: dict[str, object] = {"__name__": "told"}
    exec(module, space)
    found = space["TUTORED"]
    assert isinstance(found, Transition)
    monkeypatch.setattr(
        "intake.cases.rulebook.transitions.TRANSITIONS", known := {**TRANSITIONS, found.key: found}
    )
    for module_name in ("work", "rulebook.standing", "case"):
        monkeypatch.setattr(f"intake.cases.{module_name}.TRANSITIONS", known)
    return found


def test_the_transition_of_the_how_to_can_be_done(
    db: Database, monkeypatch: pytest.MonkeyPatch, tutored: Transition
) -> None:
    world = World(db, monkeypatch)
    case = world.led("疑似辍学")
    said = {"day": db.today().isoformat(), "people": "李老师"}
    with pytest.raises(Denied):
        world.done(case, "tutored", world.by("village"), **said)
    with pytest.raises(Invalid) as wrong:
        world.done(case, "tutored", world.by("teacher"), day=said["day"])
    assert list(wrong.value.errors) == ["people"]
    after: Case = world.done(case, "tutored", world.by("teacher"), **said)
    assert (after.state, cases.events_of(db, after)[-1].did) == ("疑似辍学", "补课")
    early = world.led("待核实")
    with pytest.raises(work.Impossible):
        world.done(early, "tutored", world.by("teacher"), **said | {"day": db.today().isoformat()})

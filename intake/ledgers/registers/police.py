"""派出所备案表: the left-behind children, for the police station: four columns and no more."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile
from intake.ledgers.known.facts_shown import guardian_of
from intake.ledgers.ledger import Line, View
from intake.ledgers.library import value_of
from intake.ledgers.of_cases import case_ledger
from intake.ledgers.schooling.left_behind import LeftBehindLedger
from intake.places import gazetteer
from intake.store.db import Database


class _Police(LeftBehindLedger):
    """The children of 留守儿童台账, with where they live and whom to call; masked but for who was allowed to see all."""

    counted = "报告、名单里说父母外出或者留守的孩子，一人计一条，与留守儿童台账一致；"

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Give the address as it is known, else the village, else the town; and the guardian."""
        name, phone = guardian_of(file)
        return {"home": file.answer("residence") or _place(db, file), "guardian_name": name, "phone": phone}

    def line(self, db: Database, file: CaseFile, view: View) -> Line:
        """Make the row of a child, masked for whoever has its case, too: this sheet leaves the house."""
        return super().line(db, file, replace(view, owner=""))


def _place(db: Database, file: CaseFile) -> str | None:
    places = gazetteer.world(db).places
    village, town = value_of(file, "village"), value_of(file, "town")
    return places.full_name(str(village)) if village else places.name(str(town)) if town else None


POLICE = case_ledger(
    "police",
    "派出所备案表",
    ("child_name", "home", "guardian_name", "phone"),
    base=_Police,
    own={
        "home": fields.Address(100, metadata=asked("住址", privacy=Privacy.PERSONAL, width=22.0)),
        "child_name": fields.Name(metadata=asked("姓名", privacy=Privacy.PERSONAL, width=6.0)),
        "guardian_name": fields.Name(metadata=asked("监护人", privacy=Privacy.PERSONAL, width=6.0)),
        "phone": fields.Phone(metadata=asked("电话", privacy=Privacy.PERSONAL, width=9.0)),
    },
    portrait=True,
    kinds=LeftBehindLedger.kinds,
)
"""派出所备案表."""

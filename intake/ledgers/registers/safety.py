"""安全报告登记: danger to children, who has it in hand, whom it was told; restricted ones for few eyes."""

from collections.abc import Mapping
from typing import Any

from intake import fields
from intake.cases.case import CaseEvent
from intake.cases.rulebook import states
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile
from intake.ledgers.of_cases import CaseLedger, case_ledger
from intake.ledgers.registers import history
from intake.store.db import Database


class _Safety(CaseLedger):
    """Cases of danger."""

    counted = "一个安全个案计一条，办结的列到办结那天，状态是现在的；只有少数人能看的，在别人的表里没有；"
    which = f"c.state NOT IN ('{states.MERGED}', '{states.WITHDRAWN}')"
    order = "c.opened_at, c.id"
    events = True

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Say what it is about, also where no report told of it, and what was told to whom."""
        told = [_informed(one) for one in file.steps if one.key == "informed"]
        return {
            "what": file.answer("what") or file.standing.what or None,
            "informed": "；".join(told) or None,
        }


def _informed(event: CaseEvent) -> str:
    return f"{event.facts.get('duty')}：{event.facts.get('done')} {history.day_of(event)}"


SAFETY = case_ledger(
    "safety",
    "安全报告登记",
    ("school", "school_code", "grade", "class_name", "child_name", "sex", "town", "village", "opened_on", "what", "safe_now",
     "happened_at", "place", "told_guardian", "told_parents_away", "reported_to", "description", "guardian_name", "relation",
     "phone", "owner", "informed", "state", "ended_on", "result", "handled_by", "remark", "row_key"),
    kind="safety",
    base=_Safety,
    own={
        "informed": fields.Text(
            300, metadata=asked("告知和报告", privacy=Privacy.OPEN, width=7.0, source=HOUSE)
        )
    },
)  # fmt: skip
"""安全报告登记."""

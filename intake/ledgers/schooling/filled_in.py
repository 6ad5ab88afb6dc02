"""What staff fill into the ledgers of this room and no report asks, by key; each stands with the case of its row."""

from collections.abc import Mapping

from intake import fields
from intake.children.facts.fact_kinds import LODGINGS, TRANSFERS
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds.filled import HANDLERS

LIVES_IN = LODGINGS[1]

SCHOOLING: Mapping[str, fields.Answer] = {
    "lodging": fields.Choice(LODGINGS, metadata=asked("就读方式", privacy=Privacy.OPEN, filled_by=HANDLERS)),
    "father_name": fields.Name(metadata=asked("父亲姓名", privacy=Privacy.PERSONAL, filled_by=HANDLERS)),
    "mother_name": fields.Name(metadata=asked("母亲姓名", privacy=Privacy.PERSONAL, filled_by=HANDLERS)),
    "helping_teacher": fields.StaffName(metadata=asked("帮扶教师", privacy=Privacy.OPEN, filled_by=HANDLERS)),
    "police_filed_on": fields.Day(
        metadata=asked("派出所备案日期", privacy=Privacy.OPEN, filled_by=HANDLERS, width=5.6)
    ),
    "village_group": fields.Text(20, metadata=asked("村民组", privacy=Privacy.PERSONAL, filled_by=HANDLERS)),
    "household_number": fields.Text(20, metadata=asked("户号", privacy=Privacy.PERSONAL, filled_by=HANDLERS)),
    "transfer_state": fields.Choice(
        TRANSFERS, metadata=asked("学籍转接状态", privacy=Privacy.OPEN, filled_by=HANDLERS)
    ),
}

"""The columns that staff fill in beside a report and send back, where several kinds have the same."""

from intake import fields
from intake.fields.asked import asked
from intake.fields.privacy import Privacy

HANDLERS = ("bureau", "officer", "town", "principal")
"""Roles that handle reports and say what came of them."""
BUREAU = ("bureau", "officer")

RESULT = fields.StaffText(200, metadata=asked("处理结果", privacy=Privacy.PERSONAL, filled_by=HANDLERS))
HANDLED_BY = fields.Name(metadata=asked("经办人", privacy=Privacy.OPEN, filled_by=HANDLERS))
REMARK = fields.StaffText(200, metadata=asked("备注", privacy=Privacy.PERSONAL, filled_by=HANDLERS))

"""The field types of which declarations are made."""

from intake.fields.answer import FILLED, Answer, Cell, masks_beside
from intake.fields.choice import Choice, Choices, Grade
from intake.fields.place import School, Town, Village
from intake.fields.plain import (
    Address,
    ClassName,
    Count,
    IdNumber,
    Money,
    Name,
    Number,
    PermitNumber,
    Phone,
    StaffName,
    StaffText,
    Text,
)
from intake.fields.times import Birth, Day, Moment, Month

__all__ = ["FILLED", "Address", "Answer", "Birth", "Cell", "Choice", "Choices", "ClassName", "Count", "Day", "Grade", "IdNumber",
           "Moment", "Money", "Month", "Name", "Number", "PermitNumber", "Phone", "School", "StaffName", "StaffText", "Text",
           "Town", "Village", "masks_beside"]  # fmt: skip

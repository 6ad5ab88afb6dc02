"""A column that shows what one side says of a child: several values with their names, masked each by its own rule."""

from collections.abc import Mapping, Sequence
from typing import Any

from intake import fields
from intake.fields.privacy import Masks, mask_address, mask_identity, mask_name

LABELS: Mapping[str, str] = {
    "child_name": "姓名", "sex": "性别", "birth_date": "出生日期", "id_number": "证件号", "pupil_number": "学籍号",
    "school": "学校", "grade": "年级", "class_name": "班级", "household_place": "户籍地址", "present": "常住/空挂",
    "schooling": "就学状态", "place": "在哪里",
}  # fmt: skip
"""What may be said, in the order in which it is shown."""


class Sides(fields.Text):
    """What a list or a roll says, by key of LABELS."""

    tells_number = True
    open_width = 12.0

    def show(self, value: Mapping[str, str]) -> str:
        """Give all of it as a person reads it."""
        return "；".join(f"{LABELS[key]} {self._said(key, value[key])}" for key in LABELS if value.get(key))

    def mask(self, value: Mapping[str, str], masks: Masks = Masks.USUAL) -> str:
        """Mask each value as its own column would."""
        seen = ((key, self._masked(key, value[key], masks)) for key in LABELS if value.get(key))
        return "；".join(f"{LABELS[key]} {said}" for key, said in seen)

    def _said(self, key: str, said: str) -> str:
        return self.world.places.name(said) if key in ("school", "place") else said

    def _masked(self, key: str, said: str, masks: Masks) -> str:
        match key:
            case "child_name":
                return mask_name(said)
            case "birth_date":
                return f"{said[:4]}年"
            case "id_number" | "pupil_number":
                return (mask_identity(said) if masks is Masks.USUAL else "") or "***"
            case "household_place":
                return mask_address(said) if masks is Masks.USUAL else "***"
        return self._said(key, said)


def differing(here: Mapping[str, Any], there: Mapping[str, Any]) -> Sequence[str]:
    """Name what both sides say and say otherwise: behind two masks that look alike nobody would see it."""
    return [LABELS[key] for key in LABELS if here.get(key) and there.get(key) and here[key] != there[key]]

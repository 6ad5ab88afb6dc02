"""Answers that staff give every day; a tap puts one into the field, where it can still be changed."""

from collections.abc import Mapping

from intake.reports import notice
from intake.settings import Settings


def answers(settings: Settings) -> Mapping[str, tuple[str, str]]:
    """Give the usual answers by key: (name on the button, text)."""
    return {
        "seen": ("正在了解", "您说的我们看到了，工作人员正在了解，有结果就告诉您。"),
        "phone": ("请留电话", "请把您的电话号码发过来，我们给您打电话。"),
        "child": ("问哪个孩子", "您说的是哪个孩子？请把孩子的姓名、学校和住在哪个镇发过来。"),
        "words": ("语音听不清", "您发的语音我们没有听清，请打几个字，或者留个电话。"),
        "call": ("请打电话", f"这件事请您打电话或当面说：{notice.contact(settings)}"),
        "danger": ("有危险", "孩子有危险请马上打 110，受伤、生病请打 120。"),
        "elsewhere": ("不归我们管", "这件事不归教育局管，您可以打 12345 问一问。"),
    }

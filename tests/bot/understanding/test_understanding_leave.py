"""Until when a child is on leave is read where it is said: nobody is asked after a child that was to be away."""

from datetime import date

import pytest

from bot.understanding import understand

MONDAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 26)


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("孩子感冒，请三天假", "2026-11-25"),
        ("给闺女请假两天", "2026-11-24"),
        ("孩子住院了，给请一个礼拜的假", "2026-11-29"),
        ("孩子发烧明天请假", "2026-11-24"),
        ("明后天请假，孩子腮腺炎", "2026-11-25"),
        ("孩子周三周四请假", "2026-11-26"),
        ("孩子出水痘请假到下周一", "2026-11-30"),
        ("今天先请假，周四回来上课", "2026-11-25"),
        ("从明天开始给孩子请两天病假", "2026-11-25"),
        ("27号给孩子请一天假", "2026-11-27"),
    ],
)
def test_the_last_day_of_a_leave_is_heard(said: str, until: str) -> None:
    assert understand(said, MONDAY).facts["leave_until"] == until


def test_days_of_leave_are_days_of_school() -> None:
    assert understand("孩子感冒，请三天假", THURSDAY).facts["leave_until"] == "2026-11-30"


@pytest.mark.parametrize(
    "said",
    [
        "孩子感冒请个假",
        "孩子上周请了三天假，今天没来",
        "孩子发烧三天了，请个假",
        "三年级2班王小明请假",
        "孩子三天没上学了，没请假",
        "跟老师请过假了",
    ],
)
def test_no_last_day_is_made_up(said: str) -> None:
    assert "leave_until" not in understand(said, MONDAY).facts

"""Where a child is registered, where it comes from and where it is to go are three places, and each keeps its own."""

from datetime import date

import pytest

from bot.dialogue.prefill import gather
from bot.understanding import understand

TODAY = date(2026, 11, 23)


def told(said: str) -> dict[str, object]:
    facts = gather(understand(said, TODAY), "", TODAY)
    return {
        key: facts[key]
        for key in ("school", "from_school", "household_place", "residence", "sex")
        if key in facts
    }


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("我们是山东的户口 在松树镇租房子住 孩子明年上小学", {}),
        ("户口已经迁到石人镇了，孩子要上一年级", {"household_place": "石人镇"}),
        ("户口落在湾沟镇了，孩子要上小学", {"household_place": "湾沟镇"}),
        ("户口还在老家河南省商丘市，孩子要上一年级", {"household_place": "河南省商丘市"}),
        ("户口在石人镇石人村三组，孩子要上一年级", {"household_place": "石人镇石人村三组"}),
        ("孩子在通化市东庄小学上四年级，想转到石人镇中心小学",
         {"school": "石人镇中心小学", "from_school": "通化市东庄小学"}),
        ("在砟子镇中学念初二，想转石人镇中学", {"school": "石人镇中学", "from_school": "砟子镇中学"}),
        ("孩子从沈阳市启工小学转回来，上三年级", {"from_school": "沈阳市启工小学"}),
        ("孩子高鹏宇，男，要上一年级", {"sex": "男"}),
        ("女孩，要上一年级", {"sex": "女"}),
    ],
)  # fmt: skip
def test_each_place_is_what_it_was_said_to_be(said: str, expected: dict[str, str]) -> None:
    assert told(said) == expected

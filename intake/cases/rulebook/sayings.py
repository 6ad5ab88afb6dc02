"""What was done in one step of a case, in a headline: codes and results, never what people wrote."""

from collections.abc import Mapping, Sequence

from intake.cases.rulebook.happenings import Facts

TITLED: Mapping[str, Sequence[str]] = {
    "contact": ("way", "result"), "reviewed": ("way", "result"), "persuasion": ("way", "result"), "observed": ("which",),
    "letter": ("document", "number"), "elsewhere": ("to",), "referral": ("to",), "informed": ("duty", "done"),
    "served": ("how",), "answered": ("answer",), "reported": ("sort",), "turned": ("to_kind",),
    "moved": ("before", "after"),
}  # fmt: skip
"""Facts that the headline of a step says."""


def headline(key: str, did: str, facts: Facts) -> str:
    """Say what was done: the words of the transition `key`, and what of its facts tells it from others."""
    titled = [str(facts[one]) for one in TITLED.get(key, ()) if facts.get(one)]
    said = "收到诉求" if facts.get("sort") else did
    if key in ("contact", "reviewed"):
        return "：".join(titled)
    if key == "moved" and titled:
        return f"{said}：{' → '.join(titled)}"
    if key == "observed":
        return f"{said}（第 {titled[0]} 天）"
    return f"{said}：{' '.join(titled)}" if titled else said

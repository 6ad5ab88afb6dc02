"""The typed metadata of a field: how it is asked, when, of whom, and how private the answer is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from intake.fields.privacy import Privacy


@dataclass(frozen=True, slots=True)
class Asked:
    """How one answer is asked for on every channel; see `asked`."""

    label: str
    privacy: Privacy
    prompt: str
    hint: str
    group: str
    when: Mapping[str, Collection[str]]
    chat: bool
    pairs: Mapping[str, str]
    teachers: bool
    required_from: Collection[str]


def asked(
    label: str,
    *,
    privacy: Privacy,
    prompt: str = "",
    hint: str = "",
    group: str = "情况",
    when: Mapping[str, Collection[str]] | None = None,
    chat: bool = False,
    pairs: Mapping[str, str] | None = None,
    teachers: bool = False,
    required_from: Collection[str] = (),
) -> dict[str, Asked]:
    """Make the metadata of a field, for `metadata=asked(…)`.

    `label` heads the page field and the workbook column, `prompt` is the question in the chat and
    `hint` follows it. `group` is 孩子, 情况, 父母 or 联系人. `when` maps earlier keys to answers of which
    one makes this question relevant. `chat` invites an optional answer in the chat, where nothing optional is
    asked (a kind's `insists` apart). `pairs` gives, by the key that would be
    asked next, a short question that asks both at once.
    `teachers` keeps a field for pages of teachers, `required_from` names channels that must answer it.
    """
    return {
        "asked": Asked(
            label,
            privacy,
            prompt or f"请填写{label}。",
            hint,
            group,
            when or {},
            chat,
            pairs or {},
            teachers,
            required_from,
        )
    }

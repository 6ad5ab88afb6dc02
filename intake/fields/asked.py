"""The typed metadata of a field: how it is asked, when, of whom, and how private the answer is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from intake.fields.privacy import Privacy

REPORTED, HOUSE, STAFF = "报告人", "系统", "工作人员"
"""Where the cells of a column come from."""


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
    silent: bool
    required_from: Collection[str]
    heading: str = ""
    width: float = 0.0
    filled_by: Collection[str] = ()
    source: str = REPORTED
    called: str = ""
    """What parents read in place of the label: a plain word of theirs."""


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
    silent: bool = False,
    required_from: Collection[str] = (),
    heading: str = "",
    width: float = 0.0,
    filled_by: Collection[str] = (),
    source: str = "",
    called: str = "",
) -> dict[str, Asked]:
    """Make the metadata of a field, for `metadata=asked(…)`.

    `label` heads the ledger's column and the pages of staff, `called` is a parent's word for it,
    `prompt` is the question in the chat and `hint` follows it. `group` is 孩子, 情况, 父母 or 联系人.
    `when` maps earlier keys to answers of which one makes this question relevant. `chat` invites an optional
    answer in the chat, where nothing optional is asked (a kind's `insists` apart). `pairs` gives, by the key that would be
    asked next, a short question that asks both at once.
    `teachers` keeps a field for pages of teachers, a `silent` one is put by nobody: it follows from how another question
    was answered. `required_from` names channels that must answer it.
    In a ledger, `heading` names the column where the bureau's forms call it otherwise, `width` (in Chinese
    characters) is for one wider or narrower than its type, `filled_by` names the roles that may fill it in
    when the ledger comes back, and `source` says where its cells come from.
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
            silent,
            required_from,
            heading or label,
            width,
            filled_by,
            source or (STAFF if filled_by else REPORTED),
            called or label,
        )
    }

"""The roles of staff: what each may do, and of how much of the district. What is not in this table is denied."""

from collections.abc import Mapping
from dataclasses import dataclass

SAFETY = "safety"
"""The kind whose officer alone sees restricted rows."""
KINDS: Mapping[str, str] = {
    "enrollment": "入学登记", "boarding": "寄宿与上下学需求", "subsidy": "资助困难", "absence": "孩子未到校",
    SAFETY: "安全报告", "matter": "诉求",
}  # fmt: skip
"""What somebody of the bureau may be in charge of: the kinds of report, and complaints that are none of them."""
PHONE, DESK = "phone.use", "desk.read"
"""The actions that open a side: the pages on a phone, the desk."""
MEND = "house.mend"
"""The action of those who can see to the machine, or have it seen to: told what stands still."""
LISTS = "list.import"
"""The action that opens the page for lists; which of them somebody may bring is `list.` and its purpose."""


@dataclass(frozen=True, slots=True)
class Role:
    """What those of a role may do; `sees` says of which rows: area, school, classes, village or none.

    `kinds`: one of the bureau, who may be in charge of some kinds alone, and may learn confidential reporters.
    `phone`: comes in on a phone first, by a slip with a code; the others by a password at the desk.
    """

    title: str
    actions: frozenset[str]
    sees: str = "area"
    kinds: bool = False
    phone: bool = False


PROVED = frozenset(
    {
        "account.factor",
        "account.manage",
        "case.look",
        "child.look",
        "export.approve",
        "export.full",
        "ledger.call",
    }
)
"""Actions for which somebody must have shown lately, on this very session, that it is they: children in clear, accounts."""
PROVED_CHANGES = frozenset({"list.staff", "slot.edit", "school.merge"})
"""Actions for which the same holds where they change something; to read is free."""


def wants_proof(action: str, *, changes: bool) -> bool:
    """Tell whether an action is for those alone who have shown lately that it is they."""
    return action in PROVED or (changes and action in PROVED_CHANGES)


_OWN = frozenset({"account.own", "account.factor", "inbox.read"})
_ACCOUNTS = frozenset({LISTS, "list.schools", "list.staff"})
_CHILDREN = frozenset({LISTS, "list.roster"})
_SCHOOL_LISTS = frozenset({"list.xueji", "list.transfers"})
_HOME_LISTS = frozenset({"list.huji", "list.poor", "list.juzhuzheng"})
_AID_LISTS = frozenset({"list.aid", "list.beds"})
_MANAGES = (
    frozenset({DESK, MEND, "note.write", "account.manage", "slot.edit", "audit.read", "school.merge"})
    | _ACCOUNTS
    | _OWN
)
_READS = (
    frozenset({DESK, "case.read", "case.look", "child.read", "child.look", "report.read", "ledger.read"})
    | _OWN
)
_CASES = _READS | {
    "case.work",
    "case.assign",
    "case.open",
    "child.write",
    "match.decide",
    "export.masked",
    "ledger.call",
    "list.return",
}
_ASKS = frozenset({"export.list", "export.full", "sent.read"})
_DECIDES = frozenset({"export.list", "export.approve", "sent.read"})
_OFFICER = (
    _CASES
    | _CHILDREN
    | _SCHOOL_LISTS
    | _HOME_LISTS
    | _AID_LISTS
    | {"talk.read", "talk.answer", "report.place", "note.write", "school.merge"}
    | _ASKS
)
_CLASS = frozenset({PHONE, "roll.mark", "link.decide"})
_FIELD = frozenset({PHONE, "case.read", "case.work", "case.look"}) | _OWN

# The roll and the parents of a class belong to whoever teaches it (intake.people.bindings); a principal may, too.
ROLES: Mapping[str, Role] = {
    "administrator": Role("管理员", _MANAGES, "none"),
    "officer": Role("业务员", _OFFICER, kinds=True),
    "approver": Role("审核人", _READS | {"case.approve"} | _DECIDES, kinds=True),
    "town": Role("镇街", _CASES | _CHILDREN | _HOME_LISTS | _ASKS | {PHONE, "slot.edit"}),
    "principal": Role(
        "校长",
        _CASES | _CLASS | _CHILDREN | _SCHOOL_LISTS | _AID_LISTS | {"slot.edit", "sent.read", "sent.sign"},
        "school",
        phone=True,
    ),
    "teacher": Role("老师", _FIELD | _CLASS, "classes", phone=True),
    "village": Role("村(社区)干部", _FIELD | {"child.visit"}, "village", phone=True),
    "auditor": Role("审计员", frozenset({DESK, "audit.read", "account.own", "account.factor"}), "none"),
    "operator": Role("运维", frozenset({DESK, MEND, "account.own", "account.factor"}), "none"),
    "bureau": Role("教育局", _MANAGES | _OFFICER | _DECIDES | {"case.approve"}, kinds=True),
}
"""What each role may do. `bureau` is administrator and officer of all kinds, and approves what others asked for."""

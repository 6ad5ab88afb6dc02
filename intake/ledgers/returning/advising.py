"""What somebody may write instead of a deed that cannot be done on a case: who does that one, what can be chosen now."""

from intake.cases import rules
from intake.cases.checking import LOOK
from intake.cases.rulebook import standing
from intake.cases.rulebook.transitions import TRANSITIONS
from intake.ledgers.returning.knowing import CaseTrace
from intake.ledgers.returning.reading.matching import KnownLedger
from intake.people.accounts import Person
from intake.people.roles import ROLES


def advice_of_role(event: str, known: KnownLedger, trace: CaseTrace, by: Person) -> str:
    """Say who does what one's own role may not do, where anybody can as the case stands, and what one can choose."""
    transition, leads = TRANSITIONS[event], standing.leads(trace.now, event) is not None
    doers = "、".join(ROLES[one].title for one in ROLES if one in transition.who and leads)
    asked = f"，请找{doers}办。" if doers else "。"
    return f"“{transition.title}”这一步您的账号不能做{asked}{_choices(known, trace, by)}"


def advice_of_state(refusal: str, known: KnownLedger, trace: CaseTrace, by: Person) -> str:
    """Say what a case stands against, and what can be chosen as it stands."""
    return refusal.removesuffix(LOOK) + _choices(known, trace, by)


def _choices(known: KnownLedger, trace: CaseTrace, by: Person) -> str:
    words = "、".join(_possible(known, trace, by))
    return f"现在可以选：{words}。" if words else "别的请打开个案办。"


def _possible(known: KnownLedger, trace: CaseTrace, by: Person) -> list[str]:
    """Give the words that lead somewhere from where the case stands, for who may do that."""
    deeds = known.ledger.deeds
    asked = {
        word: known.ledger.deed({key: word})
        for key in deeds & known.fillable.keys()
        for word in known.fillable[key].options()
    }
    return [
        word
        for word, one in asked.items()
        if one
        and standing.leads(trace.now, one[0]) is not None
        and rules.allowed(TRANSITIONS[one[0]], trace.case, by)
    ]

"""What somebody of the staff is told about their own account: a new device, wrong tries, a second factor taken away."""

from intake.cases.told import inbox
from intake.people.accounts import Person
from intake.store.db import Database
from intake.store.ids import new_id

DEVICE, FAILED, FACTOR_GONE = "device", "failed", "factor_gone"
"""What is told; the number of tries stands behind FAILED."""
_WORDS = {
    DEVICE: "您的账号刚刚在一台新的设备上登录。不是您本人的话，请马上改密码，并告诉管理员。",
    FACTOR_GONE: "管理员取消了您账号的二次验证。不是您要求的话，请马上告诉管理员。",
}


def tell_device(db: Database, person: Person) -> None:
    """Tell somebody, in the caller's transaction, that they came in on a device that was not known."""
    inbox.tell_of(db, [person], new_id(), DEVICE, _WORDS[DEVICE])


def tell_failed(db: Database, person: Person, times: int) -> None:
    """Tell somebody, in the caller's transaction, how many tries were wrong since they came in last; nothing of none.

    No message by WeChat: whoever guesses would choose how many go out.
    """
    if times:
        inbox.tell_of(db, [person], new_id(), f"{FAILED}:{times}", "")


def tell_factor_gone(db: Database, person: Person) -> None:
    """Tell somebody, in the caller's transaction, that their second factor was taken away."""
    inbox.tell_of(db, [person], new_id(), FACTOR_GONE, _WORDS[FACTOR_GONE])

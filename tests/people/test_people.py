"""Accounts, signing in, and who may do what."""

from collections.abc import Sequence

import pytest
from argon2 import PasswordHasher

from intake.calendar import clock
from intake.errors import Refused, TooMany
from intake.kinds import KINDS
from intake.people import accounts, roles, tries
from intake.people.accounts import Person, may
from intake.people.secrets import passwords
from intake.store import audit
from intake.store.db import Database

PASSWORD = "山高水长-2026"


def add(
    db: Database, login: str = "wang", role: str = "bureau", area: str = "220605", kinds: Sequence[str] = ()
) -> str:
    return accounts.add_person(
        db, name="王老师", login=login, password=PASSWORD, role=role, area=area, kinds=kinds
    )


def who(role: str, area: str) -> Person:
    return Person("1", "某人", "login", role, area, "")


@pytest.mark.parametrize(
    ("role", "area", "action", "wanted", "granted"),
    [
        ("bureau", "220605", "desk.read", "220605", True),
        ("bureau", "220605", "export.masked", "220605105", True),
        ("bureau", "2206", "desk.read", "220605", True),
        ("bureau", "220605", "desk.read", "2206", False),
        ("bureau", "220605", "desk.read", "220621", False),
        ("bureau", "220605", "staff.add", "220605", False),
        ("bureau", "220605", "", "220605", False),
        ("town", "220605105", "desk.read", "220605105", True),
        ("town", "220605105", "export.masked", "220605105", True),
        ("town", "220605105", "desk.read", "220605", False),
        ("town", "220605105", "desk.read", "220605106", False),
        ("principal", "220605105", "desk.read", "220605105", True),
        ("principal", "220605105", "export.masked", "220605105", True),
        ("approver", "220605", "export.masked", "220605", False),
        ("village", "220605105200", "case.work", "220605105200", True),
        ("village", "220605105200", "case.work", "220605105", False),
        ("village", "220605105200", "desk.read", "220605105200", False),
        ("auditor", "220605", "audit.read", "220605", True),
        ("teacher", "220605105", "desk.read", "220605105", False),
        ("stranger", "220605", "desk.read", "220605", False),
        ("bureau", "", "desk.read", "220605", False),
    ],
)
def test_access_is_denied_unless_granted_and_inside_the_area(
    role: str, area: str, action: str, wanted: str, granted: bool
) -> None:
    assert may(who(role, area), action, wanted) is granted


def test_every_role_of_the_table_is_a_known_one() -> None:
    assert " ".join(roles.ROLES) == (
        "administrator officer approver town principal teacher village auditor operator bureau"
    )


CASES = {"case.read", "case.work", "case.assign", "case.open", "case.look"}


def test_who_manages_sees_no_child_and_who_approves_is_of_the_bureau() -> None:
    for key in ("administrator", "auditor", "operator"):
        role = roles.ROLES[key]
        assert role.sees == "none"
        assert not {one for one in role.actions if one.split(".")[0] in ("case", "report", "talk", "export")}
    approving = [key for key, role in roles.ROLES.items() if "case.approve" in role.actions]
    assert approving == ["approver", "bureau"]
    assert roles.ROLES["bureau"].actions == (
        roles.ROLES["administrator"].actions
        | roles.ROLES["officer"].actions
        | {"case.approve", "export.approve"}
    )
    for key in ("officer", "town", "principal", "bureau"):
        assert roles.ROLES[key].actions >= CASES
    for key in ("teacher", "village"):
        assert roles.ROLES[key].actions & CASES == {"case.read", "case.work", "case.look"}


def test_the_kinds_of_cases_are_those_of_the_reports_and_complaints() -> None:
    assert dict(roles.KINDS) == {key: one.title for key, one in KINDS.items()} | {"matter": "诉求"}


def test_only_the_bureaus_officers_and_approvers_are_in_charge_of_kinds(db: Database) -> None:
    made = add(db, role="officer", login="chen", kinds=["subsidy", "boarding"])
    chen = accounts.person_by_id(db, made)
    assert chen is not None
    assert chen.kinds == frozenset({"boarding", "subsidy"})
    assert add(db, role="approver", login="shen", kinds=["safety"])
    for role, kinds in (("town", ["safety"]), ("bureau", ["safety"]), ("officer", ["weather"])):
        with pytest.raises(Refused) as refused:
            add(db, role=role, area="220605105" if role == "town" else "220605", login=role, kinds=kinds)
        assert refused.value.field == "kinds"


def test_a_cadre_has_a_village_and_nobody_else_has_one(db: Database) -> None:
    for role, area in (("village", "220605105"), ("village", "220605105999"), ("town", "220605105200")):
        with pytest.raises(Refused) as refused:
            add(db, role=role, area=area, login="13812340009")
        assert refused.value.field == "area"
    assert add(db, role="village", area="220605105200", login="13812340009")


def test_the_right_password_gives_the_person_and_an_audit_row(db: Database) -> None:
    made = add(db, login="Wang")
    person = accounts.sign_in(db, " ｗang ", PASSWORD)
    assert person is not None
    assert (person.id, person.role, person.area, person.actor) == (made, "bureau", "220605", f"staff:{made}")
    assert accounts.person_by_id(db, made) == person
    row = db.one("SELECT actor, subject FROM audit WHERE verb = 'staff.signed_in'")
    assert row is not None
    assert tuple(row) == (f"staff:{made}", made)


def test_the_password_is_kept_as_an_argon2_hash_and_nowhere_in_clear(db: Database) -> None:
    add(db)
    row = db.one("SELECT password FROM staff")
    assert row is not None
    assert row["password"].startswith("$argon2id$")
    accounts.sign_in(db, PASSWORD, "wrong password")  # typed into the wrong field
    db.checkpoint()
    assert PASSWORD.encode() not in b"".join(
        one.read_bytes() for one in db.path.parent.iterdir() if one.is_file()
    )


def test_wrong_and_unknown_are_the_same_to_the_caller(db: Database) -> None:
    made = add(db)
    assert accounts.sign_in(db, "wang", "wrong") is None
    assert accounts.sign_in(db, "nobody", PASSWORD) is None
    rows = db.all("SELECT actor, subject FROM audit WHERE verb = 'staff.sign_in_failed' ORDER BY id")
    assert [tuple(row) for row in rows] == [("desk", made), ("desk", "")]
    assert audit.broken(db) == []


def test_an_unknown_login_takes_the_effort_of_a_known_one(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(db)
    checked: list[str] = []
    verify = accounts.matches

    def watch(hashed: str, said: str) -> bool:
        checked.append(hashed)
        return verify(hashed, said)

    monkeypatch.setattr(accounts, "matches", watch)
    accounts.sign_in(db, "wang", "wrong")
    accounts.sign_in(db, "nobody", "wrong")
    known, unknown = (one.split("$")[1:4] for one in checked)
    assert known == unknown


def test_five_wrong_tries_lock_the_door_even_for_the_right_password(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(db)
    for _ in range(tries.ALLOWED):
        assert accounts.sign_in(db, "wang", "wrong") is None
    with pytest.raises(TooMany):
        accounts.sign_in(db, "WANG", PASSWORD)
    later = db.now() + tries.PAUSE
    monkeypatch.setattr(clock, "now", lambda pinned=None: later)
    assert accounts.sign_in(db, "wang", PASSWORD) is not None


def test_an_unknown_login_is_locked_like_a_known_one(db: Database) -> None:
    for _ in range(tries.ALLOWED):
        accounts.sign_in(db, "nobody", "wrong")
    with pytest.raises(TooMany):
        accounts.sign_in(db, "nobody", "wrong")


def test_a_right_try_forgets_the_wrong_ones(db: Database) -> None:
    add(db)
    for _ in range(3):
        for _ in range(tries.ALLOWED - 1):
            accounts.sign_in(db, "wang", "wrong")
        assert accounts.sign_in(db, "wang", PASSWORD)


def test_an_account_that_is_switched_off_is_none(db: Database) -> None:
    made = add(db)
    with db.write():
        db.run("UPDATE staff SET active = 0")
    assert accounts.sign_in(db, "wang", PASSWORD) is None
    assert accounts.person_by_id(db, made) is None
    assert accounts.person_by_id(db, "") is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"login": "wang"}, "已经有了"),
        ({"login": "　"}, "不能空着"),
        ({"name": ""}, "不能空着"),
        ({"role": "king"}, "没有这个角色"),
        ({"area": ""}, "行政区划代码"),
        ({"area": "江源区"}, "行政区划代码"),
        ({"area": "%"}, "行政区划代码"),
        ({"password": "short"}, "密码要"),
    ],
)
def test_an_account_that_cannot_be_made_is_refused_in_chinese(
    db: Database, change: dict[str, str], said: str
) -> None:
    add(db)
    whole = {"name": "李", "login": "li", "password": PASSWORD, "role": "town", "area": "220605105", **change}
    with pytest.raises(Refused, match=said):
        accounts.add_person(db, **whole)  # type: ignore[arg-type]


def test_a_very_long_password_costs_nothing_more(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    add(db)
    checked, verify = list[str](), PasswordHasher.verify

    def seen(self: PasswordHasher, kept: str, secret: str) -> bool:
        checked.append(secret)
        return bool(verify(self, kept, secret))

    monkeypatch.setattr(PasswordHasher, "verify", seen)
    assert accounts.sign_in(db, "wang", "长" * 200_000) is None
    assert [len(one) for one in checked] == [passwords.LONGEST + 1]

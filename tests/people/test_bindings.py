"""Codes that bind teachers, and what they teach."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from intake.calendar import clock
from intake.errors import Refused
from intake.house.demo import district
from intake.people import accounts, bindings, pins, roles, slots, tries
from intake.settings import load
from intake.store import audit
from intake.store.db import Database
from tests.hands.classroom import OTHER_TOWN, SCHOOL_NAME, classroom, teacher
from tests.hands.command import baoxue

WHO = "wechat:someone"


def verbs(db: Database) -> list[tuple[str, str, str]]:
    return [
        (row["verb"], row["actor"], row["subject"])
        for row in db.all("SELECT * FROM audit WHERE verb LIKE 'binding.%' ORDER BY id")
    ]


def test_a_code_binds_once_and_is_kept_as_a_digest(db: Database) -> None:
    person = teacher(db)
    code = bindings.issue_code(db, person.id)
    assert len(code) == 10
    assert code.isdecimal()
    assert code[0] != "0"
    assert code not in str([tuple(row) for row in db.all("SELECT * FROM bindings")])
    assert bindings.person_bound(db, WHO) is None
    assert bindings.bind(db, WHO, code) == person
    assert bindings.person_bound(db, WHO) == person
    with pytest.raises(Refused, match="用过"):
        bindings.bind(db, "wechat:other", code)
    assert bindings.person_bound(db, "wechat:other") is None
    assert bindings.bind(db, WHO, code) == person  # the same message once more
    assert verbs(db) == [
        ("binding.issued", "command", person.id),
        ("binding.made", WHO, person.id),
        ("binding.failed", "wechat:other", person.id),
    ]
    assert audit.broken(db) == []


def test_a_new_code_replaces_the_unused_one(db: Database) -> None:
    person = teacher(db)
    old, new = bindings.issue_code(db, person.id), bindings.issue_code(db, person.id)
    with pytest.raises(Refused):
        bindings.bind(db, WHO, old)
    assert bindings.bind(db, WHO, new) == person


def test_codes_of_others_stay(db: Database) -> None:
    first, second = teacher(db), teacher(db, login="second")
    code = bindings.issue_code(db, first.id)
    bindings.issue_code(db, second.id)
    assert bindings.bind(db, WHO, code) == first


def test_a_code_expires(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    code = bindings.issue_code(db, teacher(db).id)
    later = clock.here() + bindings.TERM
    monkeypatch.setattr(clock, "here", lambda pinned=None: later - timedelta(minutes=1))
    other = bindings.issue_code(db, teacher(db, login="second").id)
    monkeypatch.setattr(clock, "here", lambda pinned=None: later)
    with pytest.raises(Refused, match="过期"):
        bindings.bind(db, WHO, code)
    assert bindings.bind(db, WHO, other)


def test_wrong_codes_are_counted_for_each_reporter(db: Database) -> None:
    code = bindings.issue_code(db, teacher(db).id)
    for _ in range(tries.ALLOWED):
        with pytest.raises(Refused, match="不对"):
            bindings.bind(db, WHO, "0000000000")
    with pytest.raises(Refused, match="10 秒"):
        bindings.bind(db, WHO, code)
    assert bindings.bind(db, "wechat:other", code)


def test_one_wechat_for_each(db: Database) -> None:
    person, other = teacher(db), teacher(db, login="second")
    bindings.bind(db, WHO, bindings.issue_code(db, person.id))
    bindings.bind(db, "wechat:new", bindings.issue_code(db, person.id))
    assert bindings.person_bound(db, WHO) is None
    assert bindings.person_bound(db, "wechat:new") == person
    bindings.bind(db, "wechat:new", bindings.issue_code(db, other.id))
    assert bindings.person_bound(db, "wechat:new") == other


def test_unbinding_and_switching_off(db: Database) -> None:
    person = teacher(db)
    bindings.bind(db, WHO, bindings.issue_code(db, person.id))
    assert bindings.unbind(db, WHO)
    assert not bindings.unbind(db, WHO)
    assert bindings.person_bound(db, WHO) is None
    bindings.bind(db, WHO, bindings.issue_code(db, person.id))
    code = bindings.issue_code(db, person.id)
    with db.write():
        db.run("UPDATE staff SET active = 0")
    assert bindings.person_bound(db, WHO) is None
    with pytest.raises(Refused):
        bindings.bind(db, "wechat:new", code)
    with pytest.raises(Refused, match="停用"):
        bindings.issue_code(db, person.id)


def test_who_teaches_what(db: Database) -> None:
    later, first = classroom(db, grade="四年级", name="1班"), classroom(db)
    person = teacher(db, later, first)
    bindings.teach(db, person.id, first.id)  # again
    found = bindings.classes_taught(db, person.id)
    assert [(one.id, one.school_name, one.title) for one in found] == [
        (first.id, SCHOOL_NAME, "三年级2班"),
        (later.id, SCHOOL_NAME, "四年级1班"),
    ]
    assert bindings.leave(db, person.id, first.id)
    assert not bindings.leave(db, person.id, first.id)
    assert [one.id for one in bindings.classes_taught(db, person.id)] == [later.id]


@pytest.mark.parametrize(
    ("role", "area"), [("teacher", OTHER_TOWN), ("bureau", "220605"), ("town", "220605105")]
)
def test_a_class_is_given_only_to_whom_it_can_belong(db: Database, role: str, area: str) -> None:
    room = classroom(db)
    made = accounts.add_person(db, name="某", login="x", password="long enough", role=role, area=area)
    with pytest.raises(Refused, match="管辖范围"):
        bindings.teach(db, made, room.id)
    with pytest.raises(Refused, match="没有这个班"):
        bindings.teach(db, teacher(db).id, "none")
    assert bindings.classes_taught(db, made) == []


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("demo") / "var"
    made = baoxue(data, "init", "--demo")
    assert made.returncode == 0, made.stderr
    return data


def test_the_demo_has_teachers_whose_codes_work(demo: Path) -> None:
    found = re.findall(r"绑定 (\d{10})", (demo / "demo-signins.txt").read_text("utf-8"))
    db = Database(load({"DATA": demo}, {}))
    names = [bindings.bind(db, f"wechat:{code}", code).name for code in found]
    assert len(set(names)) == 2
    assert all("演示" in name for name in names)
    assert len(db.all("SELECT 1 FROM staff WHERE role = 'teacher' AND demo = 1")) == 2
    assert len(db.all("SELECT DISTINCT class FROM teaches")) == 2
    db.close()


def test_the_demo_has_an_account_of_every_role_that_comes_in(demo: Path) -> None:
    told = (demo / "demo-signins.txt").read_text("utf-8")
    db = Database(load({"DATA": demo}, {}))
    desk = dict(re.findall(r"账号 (demo-\w+)  密码 (\S+)", told))
    found = {login: accounts.sign_in(db, login, password) for login, password in desk.items()}
    assert {one.role for one in found.values() if one} == set(roles.ROLES) - {"teacher", "village"}
    phone = dict(re.findall(r"账号 (demo-\w+)  登录码 (\d{10})", told))
    assert set(phone) == {"demo-village", "demo-principal"}
    for login, code in phone.items():
        assert pins.offer(db, login, code, "").staff
    cadre = accounts.person_by_login(db, "demo-village")
    assert cadre is not None
    assert db.one("SELECT 1 FROM children WHERE village = ?", (cadre.area,))
    assert slots.slot_holders(db, "child_director", cadre.area) == [cadre]
    with db.write():
        db.run("DELETE FROM slots")
        db.run("DELETE FROM staff WHERE login IN ('demo-auditor', 'demo-approver')")
    assert district.fill(db) == 0, "a demonstration of before gets what is missing, and keeps its sign-ins"
    again = (demo / "demo-signins.txt").read_text("utf-8")
    assert again.startswith(told)
    assert re.findall(r"账号 (demo-\w+)  密码", again.removeprefix(told)) == ["demo-approver", "demo-auditor"]
    db.close()


def test_codes_and_classes_by_command(demo: Path) -> None:
    told = baoxue(demo, "staff", "code", "--login", "13800009001")
    assert told.returncode == 0, told.stderr
    code = re.search(r"绑定 (\d{10})", told.stdout)
    assert code
    db = Database(load({"DATA": demo}, {}))
    assert bindings.bind(db, WHO, code[1]).login == "13800009001"
    with pytest.raises(Refused):
        pins.sign_in(db, "13800009001", "836027", "192.0.2.7")
    unlocked = baoxue(demo, "staff", "unlock", "13800009001")
    assert (unlocked.returncode, "忘掉了 1 次试错" in unlocked.stdout) == (0, True), unlocked.stderr
    assert not db.all("SELECT 1 FROM wrong_tries WHERE secret = 'pin'")
    assert "没有这个登录名" in baoxue(demo, "staff", "unlock", "nobody").stderr
    words = ("staff", "class", "--login", "13800009001", "--grade", "四年", "--class", "一班")
    assert "四年级1班" in baoxue(demo, *words, "--school", "石人镇中心小学").stdout
    assert "不再教四年级1班" in baoxue(demo, *words, "--school", "DEMO000001", "--remove").stdout
    for wrong, said in (
        (("--school", "湾沟镇中心小学"), "管辖范围"),
        (("--school", "没有的学校"), "没有这所学校"),
        (("--school", "DEMO000001", "--class", "9班"), "一年级1班、二年级1班"),
        (("--school", "DEMO000001", "--login", "nobody"), "没有这个登录名"),
    ):
        refused = baoxue(demo, *words, *wrong)
        assert refused.returncode == 2
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr
    db.close()

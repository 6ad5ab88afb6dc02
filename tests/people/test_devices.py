"""PINs and phones of teachers: codes used up once, wrong tries, ninety days, sending phones away."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from intake.calendar import clock
from intake.errors import Refused, TooMany
from intake.house import retention
from intake.people import accounts, bindings, devices, pins, tries
from intake.people.accounts import Person
from intake.people.pins import Entering
from intake.people.tries import Knock
from intake.settings import load
from intake.store import audit
from intake.store.db import Database
from tests.hands.classroom import TOWN, at, teacher
from tests.hands.command import baoxue

PHONE, PIN, OTHER, ANDROID = "13812340001", "274951", "836027", "Mozilla/5.0 (Linux; Android 10) Mobile"
HERE = "192.0.2.7"


def come_in(db: Database, person: Person, pin: str = PIN) -> Entering:
    """Let somebody come in for the first time."""
    entering = pins.offer(db, person.login, bindings.issue_code(db, person.id), HERE)
    assert pins.begin(db, entering, pin, pin, ANDROID) == person
    return entering


def verbs(db: Database) -> list[str]:
    return [row["verb"] for row in db.all("SELECT verb FROM audit ORDER BY id")]


def guess(db: Database, pin: str, times: int, phone: str = PHONE, address: str = HERE) -> None:
    for _ in range(times):
        with pytest.raises(Refused):
            pins.sign_in(db, phone, pin, address)


def later(monkeypatch: pytest.MonkeyPatch, span: timedelta) -> None:
    at(monkeypatch, clock.here() + span)


def test_a_code_and_a_pin_make_a_phone_known(db: Database) -> None:
    person = teacher(db)
    entering = come_in(db, person)
    found = devices.find_device(db, entering.token)
    assert found is not None
    assert found.person == person
    (device,) = devices.devices_of(db, person.id)
    assert (device.id, device.name) == (found.id, "安卓手机（浏览器）")
    assert pins.sign_in(db, "138-1234 0001", PIN, HERE) == person
    assert {"binding.issued", "device.entered", "pin.set", "pin.proved"} <= set(verbs(db))
    assert audit.broken(db) == []


def test_neither_token_nor_pin_nor_phone_is_kept_or_audited(db: Database) -> None:
    person = teacher(db)
    code = bindings.issue_code(db, person.id)
    entering = pins.offer(db, PHONE, code, HERE)
    pins.begin(db, entering, PIN, PIN, ANDROID)
    guess(db, OTHER, 1)
    kept = str([tuple(row) for table in ("pins", "devices", "bindings", "audit", "tries")
                for row in db.all(f"SELECT * FROM {table}")])  # fmt: skip
    assert not [secret for secret in (code, entering.token, PIN, OTHER, PHONE, HERE) if secret in kept]
    row = db.one("SELECT pin FROM pins")
    assert row is not None
    assert row["pin"].startswith("$argon2id$")
    assert not accounts.matches(row["pin"], PIN)  # not without the key, either


def test_a_code_is_only_used_up_with_the_pin_and_once(db: Database) -> None:
    person = teacher(db)
    code = bindings.issue_code(db, person.id)
    first, second = pins.offer(db, PHONE, code, HERE), pins.offer(db, PHONE, code, HERE)
    with pytest.raises(Refused):
        pins.begin(db, first, "123456", "123456", ANDROID)
    pins.begin(db, first, PIN, PIN, ANDROID)
    with pytest.raises(Refused, match="用过"):
        pins.begin(db, second, OTHER, OTHER, ANDROID)
    with pytest.raises(Refused, match="用过"):
        pins.offer(db, PHONE, code, HERE)
    assert bindings.find_code(db, bindings.digest(db, code)).used  # type: ignore[union-attr]
    with pytest.raises(Refused):
        bindings.bind(db, "wechat:someone", code)
    assert len(devices.devices_of(db, person.id)) == 1
    assert pins.sign_in(db, PHONE, PIN, HERE) == person


def test_setting_the_pin_twice_is_one_phone(db: Database) -> None:
    person = teacher(db)
    entering = come_in(db, person)
    assert pins.begin(db, entering, OTHER, OTHER, ANDROID) == person  # the answer was lost, she chose anew
    assert len(devices.devices_of(db, person.id)) == 1
    assert pins.sign_in(db, PHONE, OTHER, HERE) == person
    devices.revoke_all(db, person.id, "command")
    with pytest.raises(Refused):
        pins.begin(db, entering, PIN, PIN, ANDROID)


def test_of_two_with_the_same_code_at_once_one_comes_in(db: Database) -> None:
    person = teacher(db)
    code = bindings.issue_code(db, person.id)
    both = [(pins.offer(db, PHONE, code, HERE), pin) for pin in (PIN, OTHER) for _ in range(2)]

    def go(one: tuple[Entering, str]) -> str | None:
        try:
            pins.begin(db, one[0], one[1], one[1], ANDROID)
        except Refused:
            return None
        return one[1]

    with ThreadPoolExecutor(4) as pool:
        came = [pin for pin in pool.map(go, both) if pin]
    assert len(came) == 1
    assert len(db.all("SELECT 1 FROM devices")) == len(db.all("SELECT 1 FROM pins")) == 1
    assert pins.sign_in(db, PHONE, came[0], HERE) == person


def test_the_same_page_sent_at_once_is_one_phone(db: Database) -> None:
    person = teacher(db)
    entering = pins.offer(db, PHONE, bindings.issue_code(db, person.id), HERE)
    with ThreadPoolExecutor(4) as pool:
        came = list(pool.map(lambda _: pins.begin(db, entering, PIN, PIN, ANDROID), range(4)))
    assert came == [person] * 4
    assert len(db.all("SELECT 1 FROM devices")) == 1


def test_a_code_waits_ten_minutes_for_its_pin(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    entering = pins.offer(db, PHONE, bindings.issue_code(db, teacher(db).id), HERE)
    later(monkeypatch, pins.TERM)
    with pytest.raises(Refused, match="时间太久"):
        pins.begin(db, entering, PIN, PIN, ANDROID)


def test_an_expired_code_says_so_to_its_owner_only(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    code = bindings.issue_code(db, teacher(db).id)
    teacher(db, login="13812340002")
    later(monkeypatch, bindings.TERM)
    with pytest.raises(Refused, match="过期"):
        pins.offer(db, PHONE, code, HERE)
    for phone in ("13812340002", "13899999999"):
        with pytest.raises(Refused) as refused:
            pins.offer(db, phone, code, HERE)
        assert str(refused.value) == pins.WRONG


def test_somebody_elses_code_is_refused_and_stays_good(db: Database) -> None:
    person, other = teacher(db), teacher(db, login="13812340002")
    code = bindings.issue_code(db, person.id)
    with pytest.raises(Refused) as refused:
        pins.offer(db, other.login, code, HERE)
    assert str(refused.value) == pins.WRONG
    assert pins.offer(db, person.login, code, HERE).staff == person.id


@pytest.mark.parametrize("pin", ["123456", "000000", "987654", "890123", "975319", "121212", "123123", "112233", "381234",
                                 "340001", "12345", "1234567", "abcdef", ""])  # fmt: skip
def test_pins_that_are_guessed_first_are_refused(db: Database, pin: str) -> None:
    entering = pins.offer(db, PHONE, bindings.issue_code(db, teacher(db).id), HERE)
    with pytest.raises(Refused) as refused:
        pins.begin(db, entering, pin, pin, ANDROID)
    assert refused.value.field == "pin"
    assert not db.all("SELECT 1 FROM pins")


def test_a_pin_is_typed_twice_in_any_width(db: Database) -> None:
    person = teacher(db)
    entering = pins.offer(db, PHONE, bindings.issue_code(db, person.id), HERE)
    with pytest.raises(Refused, match="不一样") as refused:
        pins.begin(db, entering, PIN, OTHER, ANDROID)
    assert refused.value.field == "again"
    pins.begin(db, entering, "２７４９５１", "274 951", ANDROID)
    assert pins.sign_in(db, PHONE, PIN, HERE) == person


def test_wrong_pins_make_their_own_address_wait_and_no_code(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, start = teacher(db), clock.here()
    at(monkeypatch, start)
    come_in(db, person)
    guess(db, OTHER, tries.ALLOWED)
    with pytest.raises(TooMany) as waits:
        pins.sign_in(db, PHONE, PIN, HERE)
    assert waits.value.retry == tries.WAITS[0]
    assert pins.sign_in(db, PHONE, PIN, "198.51.100.1") == person
    at(monkeypatch, start + timedelta(seconds=tries.WAITS[0]))
    guess(db, OTHER, 1)
    with pytest.raises(TooMany) as waits:
        pins.sign_in(db, PHONE, PIN, HERE)
    assert waits.value.retry == tries.WAITS[1]
    assert pins.offer(db, PHONE, bindings.issue_code(db, person.id), HERE), (
        "who brings a code waits for no PIN"
    )
    at(monkeypatch, start + timedelta(seconds=sum(tries.WAITS[:2])))
    assert pins.sign_in(db, PHONE, PIN, HERE) == person
    guess(db, OTHER, tries.ALLOWED - 1)
    assert pins.sign_in(db, PHONE, PIN, HERE) == person


def test_wrong_codes_are_counted(db: Database) -> None:
    code = bindings.issue_code(db, teacher(db).id)
    for _ in range(tries.ALLOWED):
        with pytest.raises(Refused):
            pins.offer(db, PHONE, "1000000000", HERE)
    with pytest.raises(TooMany):
        pins.offer(db, PHONE, code, HERE)


def test_a_crowd_of_guesses_at_once_is_no_more_than_five(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_in(db, teacher(db))
    checked, real = list[str](), accounts.matches

    def watch(kept: str, said: str) -> bool:
        checked.append(said)
        return real(kept, said)

    monkeypatch.setattr(accounts, "matches", watch)

    def go(number: int) -> type[Exception]:
        try:
            pins.sign_in(db, PHONE, f"{900017 + number}", HERE)
        except (Refused, TooMany) as error:
            return type(error)
        raise AssertionError("came in")

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(go, range(60)))
    assert told.count(Refused) == len(checked) == tries.ALLOWED


def test_one_place_that_tries_everybody_waits_but_neither_codes_nor_known_phones(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = teacher(db)
    come_in(db, person)
    marks = tries.new_marks(db, tries.account_of(db, PHONE), "")
    with monkeypatch.context() as patch:
        patch.setattr(accounts, "matches", lambda kept, said: False)  # a hundred real ones take two seconds
        for number in range(tries.FROM_ONE_PLACE):
            guess(db, OTHER, 1, f"139000000{number:02d}")
    with pytest.raises(TooMany):
        pins.sign_in(db, PHONE, PIN, HERE)
    assert pins.sign_in(db, PHONE, PIN, Knock(HERE, marks)) == person
    assert pins.sign_in(db, PHONE, PIN, "198.51.100.1") == person
    assert pins.offer(db, PHONE, bindings.issue_code(db, person.id), HERE)


def test_wrong_tries_of_strangers_leave_a_pin_to_known_phones_and_a_new_one_takes_a_code(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = teacher(db)
    token = come_in(db, person).token
    marks = tries.new_marks(db, tries.account_of(db, PHONE), "")
    for number in range(tries.PIN.most):
        guess(db, OTHER, 1, address=f"198.51.100.{number // 4}")
    assert devices.find_device(db, token), "a stranger who knows her number cannot sign her out"
    for phone in (PHONE, "13899999999"):
        for number in range(tries.PIN.most if phone != PHONE else 0):
            guess(db, OTHER, 1, phone, f"198.51.100.{number // 4}")
        with pytest.raises(Refused) as refused:
            pins.sign_in(db, phone, PIN, HERE)
        assert str(refused.value) == pins.SHUT
    assert pins.sign_in(db, PHONE, PIN, Knock(HERE, marks)) == person
    come_in(db, person, "592703")
    assert pins.sign_in(db, PHONE, "592703", HERE) == person


def test_a_pin_guessed_on_a_phone_that_is_in_signs_all_out(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = teacher(db)
    token = come_in(db, person).token
    here = devices.find_device(db, token)
    assert here is not None
    knock = Knock(HERE, tries.new_marks(db, tries.account_of(db, PHONE), ""), here.id)
    for number in range(pins.VOID):
        assert devices.find_device(db, token)
        with pytest.raises(Refused):
            pins.confirm(db, person, OTHER, knock)
        if number >= tries.ALLOWED - 1:
            later(monkeypatch, timedelta(seconds=tries.WAITS[-1]))
    assert devices.find_device(db, token) is None
    assert verbs(db).count("pin.void") == 1
    with pytest.raises(Refused, match="作废"):
        pins.sign_in(db, PHONE, PIN, knock._replace(device=""))
    come_in(db, person, "592703")
    assert pins.sign_in(db, PHONE, "592703", HERE) == person


def test_a_right_try_begins_the_count_anew(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    person = teacher(db)
    come_in(db, person)
    for _ in range(6):
        guess(db, OTHER, tries.ALLOWED - 1)
        assert pins.sign_in(db, PHONE, PIN, HERE) == person
        later(monkeypatch, tries.PAUSE + timedelta(seconds=1))


def test_unknown_phones_take_the_same_effort_and_get_the_same_sentence(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    come_in(db, teacher(db))
    teacher(db, login="13812340002")  # has no PIN yet
    checked: list[str] = []
    real = accounts.matches

    def watch(kept: str, said: str) -> bool:
        checked.append(kept)
        return real(kept, said)

    monkeypatch.setattr(accounts, "matches", watch)
    told = set()
    for phone in (PHONE, "13812340002", "13899999999", "不是电话"):
        with pytest.raises(Refused) as refused:
            pins.sign_in(db, phone, OTHER, HERE)
        told.add(str(refused.value))
    assert told == {pins.WRONG}
    assert len(checked) == 4
    assert len({tuple(one.split("$")[1:4]) for one in checked}) == 1


@pytest.mark.parametrize("role", ["bureau", "officer"])
def test_people_of_the_desk_are_told_where_to_go(db: Database, role: str) -> None:
    made = accounts.add_person(
        db, name="某", login="13812340003", password="long enough", role=role, area=TOWN
    )
    code = bindings.issue_code(db, made)
    with pytest.raises(Refused, match="工作台"):
        pins.offer(db, "13812340003", code, HERE)
    person = accounts.person_by_id(db, made)
    assert person is not None
    with pytest.raises(Refused, match="工作台"):
        devices.add_device(db, person, devices.new_token(), ANDROID)
    assert bindings.bind(db, "wechat:someone", code) == person  # was not used up


def test_a_phone_is_known_for_ninety_days(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    token = come_in(db, teacher(db)).token
    start = clock.here()
    at(monkeypatch, start + timedelta(days=89, hours=23))
    assert devices.find_device(db, token)
    at(monkeypatch, start + timedelta(days=90, seconds=1))
    assert devices.find_device(db, token) is None
    assert devices.find_device(db, "") is None
    assert devices.find_device(db, "made up") is None


def test_who_is_switched_off_or_no_teacher_any_more_is_out_at_once(db: Database) -> None:
    token = come_in(db, teacher(db)).token
    for change, back in (("active = 0", "active = 1"), ("role = 'officer'", "role = 'principal'")):
        with db.write():
            db.run(f"UPDATE staff SET {change}")
        assert devices.find_device(db, token) is None
        with db.write():
            db.run(f"UPDATE staff SET {back}")
        assert devices.find_device(db, token)


def test_who_is_switched_off_cannot_come_in_again(db: Database) -> None:
    person = teacher(db)
    entering = pins.offer(db, PHONE, bindings.issue_code(db, person.id), HERE)
    with db.write():
        db.run("UPDATE staff SET active = 0")
    with pytest.raises(Refused):
        pins.begin(db, entering, PIN, PIN, ANDROID)
    guess(db, PIN, 1)


def test_a_phone_is_noted_once_an_hour(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    token, start = come_in(db, teacher(db)).token, clock.here()

    def seen(after: timedelta) -> str:
        at(monkeypatch, start + after)
        found = devices.find_device(db, token)
        assert found is not None
        devices.seen(db, found)
        row = db.one("SELECT seen_at FROM devices")
        assert row is not None
        return str(row["seen_at"])

    first = seen(timedelta())
    assert seen(timedelta(minutes=50)) == first
    second = seen(timedelta(minutes=70))
    assert second > first
    assert seen(timedelta(minutes=100)) == second


def test_changing_the_pin_sends_the_other_phones_away(db: Database) -> None:
    person = teacher(db)
    here = devices.find_device(db, come_in(db, person).token)
    assert here is not None
    away = devices.new_token()
    devices.add_device(db, person, away, "iPhone MicroMessenger")
    with pytest.raises(Refused) as refused:
        pins.change(db, person, here.id, "592703", OTHER, OTHER, HERE)
    assert refused.value.field == "now"
    assert devices.find_device(db, away)
    for _ in range(2):  # sent twice
        pins.change(db, person, here.id, PIN, OTHER, OTHER, HERE)
    assert devices.find_device(db, away) is None
    assert [one.id for one in devices.devices_of(db, person.id)] == [here.id]
    assert pins.sign_in(db, PHONE, OTHER, HERE) == person
    guess(db, PIN, 1)


def test_guessing_the_pin_from_a_phone_that_is_in_is_counted(db: Database) -> None:
    person = teacher(db)
    come_in(db, person)
    for _ in range(tries.ALLOWED):
        with pytest.raises(Refused):
            pins.change(db, person, "", "592703", OTHER, OTHER, HERE)
    with pytest.raises(TooMany):
        pins.confirm(db, person, PIN, HERE)


def test_who_came_from_wechat_needs_a_code_to_choose_a_pin(db: Database) -> None:
    person, token = teacher(db), devices.new_token()
    devices.add_device(db, person, token, ANDROID)
    pins.confirm(db, person, "", HERE)
    here = devices.find_device(db, token)
    assert here is not None
    with pytest.raises(Refused, match="登录码"):
        pins.change(db, person, here.id, "", PIN, PIN, HERE)
    assert not pins.has(db, person.id)
    come_in(db, person)
    assert pins.sign_in(db, PHONE, PIN, HERE) == person


def test_phones_are_sent_away_by_their_owner_only(db: Database) -> None:
    person, other = teacher(db), teacher(db, login="13812340002")
    token = come_in(db, person).token
    (device,) = devices.devices_of(db, person.id)
    assert not devices.revoke(db, other.id, device.id, other.actor)
    assert devices.find_device(db, token)
    for _ in range(2):
        assert devices.revoke(db, person.id, device.id, person.actor)
    assert devices.find_device(db, token) is None
    assert verbs(db).count("device.revoked") == 1
    with pytest.raises(Refused):
        devices.add_device(db, person, token, ANDROID)  # a token that was sent away never lives again
    assert not devices.revoke(db, person.id, "none", person.actor)


def test_a_seed_means_one_token_for_one_person(db: Database) -> None:
    person = teacher(db)
    token = devices.token_for(db, "seed", person)
    assert token == devices.token_for(db, "seed", person)
    assert re.fullmatch(r"[0-9a-f]{64}", token)
    assert "seed" not in token
    assert (
        len(
            {
                token,
                devices.token_for(db, "other", person),
                devices.token_for(db, "seed", replace(person, id="x")),
            }
        )
        == 3
    )


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Linux; Android 9; BLA-AL00) Chrome/86 Mobile Safari MicroMessenger/8.0.50",
            "安卓手机（微信）",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_0 like Mac OS X) MicroMessenger/8.0", "苹果手机（微信）"),
        ("Mozilla/5.0 (iPad; CPU OS 15_0 like Mac OS X) Safari/604.1", "苹果平板（浏览器）"),
        ("Mozilla/5.0 (Linux; Android 12; Tab) Chrome/110 Safari", "安卓平板（浏览器）"),
        ("Mozilla/5.0 (Phone; OpenHarmony 5.0) HarmonyOS Mobile", "鸿蒙手机（浏览器）"),
        ("Mozilla/5.0 (Windows NT 10.0)", "电脑（浏览器）"),
        ("<script>", "电脑（浏览器）"),
        ("", "电脑（浏览器）"),
    ],
)
def test_a_phone_is_called_as_people_call_it(user_agent: str, name: str) -> None:
    assert devices.name(user_agent) == name


def test_old_phones_are_deleted_after_a_while(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    person, start = teacher(db), clock.here()
    come_in(db, person)
    (gone,) = devices.devices_of(db, person.id)
    devices.revoke(db, person.id, gone.id, person.actor)
    token = devices.new_token()
    devices.add_device(db, person, token, ANDROID)

    def left(days: int) -> int:
        at(monkeypatch, start + timedelta(days=days))
        retention.purge(db)
        return len(db.all("SELECT 1 FROM devices"))

    assert [left(179), left(181), left(269), left(271)] == [2, 1, 1, 0]


def test_phones_by_command(tmp_path: Path) -> None:
    assert baoxue(tmp_path, "init", "--demo").returncode == 0
    told = (tmp_path / "demo-signins.txt").read_text("utf-8")
    assert "/forms/sign-in" in told
    found = re.search(r"绑定 (\d{10})  账号 (\d{11})", told)
    assert found is not None
    db = Database(load({"DATA": tmp_path}, {}))
    entering = pins.offer(db, found[2], found[1], HERE)
    pins.begin(db, entering, PIN, PIN, ANDROID)
    listed = baoxue(tmp_path, "staff", "devices", "--login", found[2])
    assert listed.returncode == 0, listed.stderr
    assert "1 台手机" in listed.stdout
    assert re.search(r"安卓手机（浏览器）  最近用过 \d{4}-\d\d-\d\d  有效到 \d{4}-\d\d-\d\d", listed.stdout)
    assert entering.token not in listed.stdout
    assert (
        "1 台手机已退出" in baoxue(tmp_path, "staff", "devices", "--login", found[2], "--revoke-all").stdout
    )
    assert devices.find_device(db, entering.token) is None
    assert "0 台手机" in baoxue(tmp_path, "staff", "devices", "--login", found[2]).stdout
    wrong = baoxue(tmp_path, "staff", "devices", "--login", "nobody")
    assert (wrong.returncode, "没有这个登录名" in wrong.stderr) == (2, True)
    assert "/forms/sign-in" in baoxue(tmp_path, "staff", "code", "--login", found[2]).stdout
    db.close()

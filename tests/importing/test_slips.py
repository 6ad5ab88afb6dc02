"""Paper: slips by which staff come in, and the posters of schools. Files that need nothing else."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from intake import settings as house
from intake.errors import Refused
from intake.importing import staff
from intake.importing.outcome import Options, Outcome
from intake.importing.staff import Slip
from intake.kinds import KINDS
from intake.language import slip_codes
from intake.paper import poster, qr, slips
from intake.people import accounts, bindings, pins
from intake.people.accounts import Person
from intake.places.places import Place
from intake.settings import Settings
from intake.store.db import Database
from tests.hands import classroom
from tests.hands.classroom import SCHOOL, SCHOOL_NAME, TOWN
from tests.hands.command import baoxue, table
from tests.hands.lists import STAFF, sheet, workbook
from tests.hands.tencent import JPEG, Tencent, environ

ADDRESS = "https://baoxue.example.cn"
LIUS = ("刘春梅", "13812340001", "班主任", SCHOOL_NAME, "三年级2班")
PIN = "730518"


PLAIN = Options()


def take(
    db: Database, *rows: tuple[str, ...], every: bool = False, options: Options = PLAIN
) -> tuple[Outcome, list[Slip]]:
    """Take a list of staff and give the slips it makes."""
    made: list[Slip] = []
    done = staff.take(db, sheet(STAFF, *rows), options, every_slip=every, finish=made.extend)
    return done, made


def enter(db: Database, slip: Slip) -> Person:
    """Come in with a slip and choose a PIN."""
    entering = pins.offer(db, slip.person.login, slip.code, "127.0.0.1")
    return pins.begin(db, entering, PIN, PIN, "")


def real(settings: Settings) -> Settings:
    return house.load(
        {"DATA": settings.data, "MODE": "demo", "ADDRESS": ADDRESS, "CONTACT_PHONE": "0439-3720000"}, {}
    )


def self_contained(page: str) -> bool:
    """Tell whether a page asks for nothing from anywhere."""
    asked = re.findall(r'(?:src|href)="([^"]*)"|url\(|@import|<script|<link', page)
    return (
        all(one.startswith("data:") for one in asked if one) and "url(" not in page and "<script" not in page
    )


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the texts of the codes that are drawn from now on."""
    texts: list[str] = []
    plain = qr.svg

    def svg(text: str, *more: str) -> str:
        texts.append(text)
        return plain(text, *more)

    monkeypatch.setattr(qr, "svg", svg)
    return texts


# -- slips


def test_a_slip_lets_its_teacher_in_and_is_spent_then(db: Database) -> None:
    classroom.classroom(db)
    _, (slip,) = take(db, LIUS)
    assert (slip.school, slip.classes, len(slip.code)) == (SCHOOL_NAME, ("三年级2班",), 10)
    assert enter(db, slip).name == "刘春梅"
    _, none = take(db, LIUS)
    assert none == []
    _, (again,) = take(db, LIUS, every=True)
    assert again.code != slip.code


def test_who_has_bound_wechat_needs_no_slip(db: Database) -> None:
    classroom.classroom(db)
    _, (slip,) = take(db, LIUS)
    bindings.bind(db, "wechat:one", slip.code)
    assert take(db, LIUS)[1] == []


def test_a_slip_that_was_handed_out_works_although_the_list_comes_again(db: Database) -> None:
    classroom.classroom(db)
    _, (slip,) = take(db, LIUS)
    outcome, (other,) = take(db, LIUS, ("王丽", "13812340002", *LIUS[2:]))
    assert other.person.name == "王丽"
    assert [note for note in outcome.notes if "1 人，没有重发" in note]
    assert enter(db, slip).name == "刘春梅"


def test_a_slip_that_nobody_used_in_time_is_made_anew(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    classroom.classroom(db)
    _, (late,) = take(db, LIUS)
    now = db.now() + bindings.TERM
    monkeypatch.setattr(db, "now", lambda: now)
    _, (slip,) = take(db, LIUS)
    assert slip.code != late.code


def test_new_slips_for_all_replace_the_codes_of_the_last(db: Database) -> None:
    classroom.classroom(db)
    _, (lost,) = take(db, LIUS)
    _, (slip,) = take(db, LIUS, every=True)
    with pytest.raises(Refused):
        pins.offer(db, lost.person.login, lost.code, "127.0.0.1")
    assert pins.offer(db, slip.person.login, slip.code, "127.0.0.1").staff == slip.person.id


def test_who_works_at_the_desk_gets_a_password_once(db: Database) -> None:
    row = ("李建华", "13812340003", "教育局", "", "")
    _, (slip,) = take(db, row)
    assert (slip.code, slip.school) == ("", "江源区教育局")
    assert accounts.sign_in(db, slip.person.login, slip.password) == slip.person
    assert take(db, row)[1] == []


def test_without_its_slips_a_list_is_not_taken(db: Database) -> None:
    classroom.classroom(db)

    def full(made: list[Slip]) -> None:
        raise OSError(28, "No space left on device", "x")

    with pytest.raises(OSError, match="space"):
        staff.take(db, sheet(STAFF, LIUS), Options(), finish=full)
    assert db.one("SELECT 1 FROM staff") is None
    for options in (Options(dry_run=True), Options()):
        bad = ("", "", "", "", "五年级1班")
        assert take(db, LIUS, bad, options=options)[1] == []
    assert db.one("SELECT 1 FROM bindings") is None


def test_the_sheet_keeps_codes_out_of_what_a_server_sees(
    db: Database, settings: Settings, drawn: list[str]
) -> None:
    classroom.classroom(db)
    rows = [
        (f"刘{n}梅".replace(str(n), "一二三四五六七八九"[n]), f"1381234000{n}", *LIUS[2:]) for n in range(9)
    ]
    _, made = take(db, *rows)
    page = slips.sheet(made, real(settings), db.now())
    assert (page.count('<article class="slip">'), page.count('<section class="sheet">')) == (9, 2)
    for slip, address in zip(made, drawn, strict=True):
        parts = urlsplit(address)
        assert (f"{parts.scheme}://{parts.netloc}{parts.path}", parts.query) == (
            f"{ADDRESS}/forms/sign-in",
            "",
        )
        assert parts.fragment == f"code={slip.code}"
        assert slip_codes.show_code(slip.code) in page
        assert f"绑定 {slip.code}" in page
        assert slip.person.login not in page
    assert page.count("<svg ") == 9
    assert self_contained(page)


def test_what_stands_in_a_list_is_no_markup(settings: Settings, db: Database) -> None:
    person = Person("id", "<b>刘</b>", "13812340001", "teacher", TOWN, SCHOOL)
    page = slips.sheet([Slip(person, "<i>", ("&",), code="1234567890")], real(settings), db.now())
    assert "<b>刘" not in page
    assert "&lt;b&gt;刘" in page
    assert "&lt;i&gt;" in page


@pytest.mark.processes
def test_the_command_writes_slips_that_only_their_owner_reads(tmp_path: Path) -> None:
    data = tmp_path / "var"
    assert baoxue(data, "init", "--demo", BAOXUE_MODE="demo").returncode == 0
    row = ["刘春梅", 13812340001, "班主任", "石人镇中心小学", "三年级1班"]
    path = workbook(tmp_path / "staff.xlsx", [STAFF, row])
    done = baoxue(data, "import", "staff", str(path), BAOXUE_MODE="demo")
    assert done.returncode == 0, done.stderr
    (made,) = (data / "exports").glob("slips-*.html")
    assert str(made) in done.stdout
    assert (made.stat().st_mode & 0o777, made.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    code = re.findall(r'class="number">(\d{3}) (\d{3}) (\d{4})<', made.read_text("utf-8"))
    assert len(code) == 1
    assert "".join(code[0]) not in done.stdout
    nowhere = str(path / "slips.html")  # below a file
    done = baoxue(data, "import", "staff", str(path), "--all-slips", "--slips", nowhere, BAOXUE_MODE="demo")
    assert (done.returncode, "什么都没有导入" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


@pytest.mark.processes
def test_without_an_address_for_phones_nothing_is_done(tmp_path: Path) -> None:
    data = tmp_path / "var"
    assert baoxue(data, "init").returncode == 0
    path = workbook(tmp_path / "staff.xlsx", [STAFF, ["李建华", 13812340001, "教育局", "", ""]])
    done = baoxue(data, "import", "staff", str(path))
    assert (done.returncode, "BAOXUE_ADDRESS" in done.stderr) == (2, True)
    assert table(data, "SELECT 1 FROM staff") == []
    assert baoxue(data, "import", "staff", str(path), BAOXUE_ADDRESS=ADDRESS).returncode == 0
    assert len(table(data, "SELECT 1 FROM staff")) == 1


# -- posters


def test_a_poster_says_what_one_can_tell_and_whom_to_call(settings: Settings, drawn: list[str]) -> None:
    page = poster.page(real(settings), Place(SCHOOL, "石人镇<中心>小学", "school", TOWN), JPEG)
    assert drawn == [f"{ADDRESS}/?school={SCHOOL}"]
    assert "石人镇&lt;中心&gt;小学" in page
    for kind in KINDS.values():
        assert kind.title in page
    for part in ("孩子上学的事", "扫码说一声", "0439-3720000", "不收一分钱", "银行卡"):
        assert part in page
    assert 'src="data:image/jpeg;base64,' in page
    assert self_contained(page)


def test_the_command_makes_a_poster_with_the_accounts_code(tmp_path: Path) -> None:
    data, out = tmp_path / "var", tmp_path / "poster.html"
    assert baoxue(data, "init", "--demo", BAOXUE_MODE="demo").returncode == 0
    words = ("poster", "--school", "石人镇中心小学", "--out", str(out))
    with Tencent() as platform:
        done = baoxue(data, *words, BAOXUE_MODE="demo", **environ(platform))
        assert (done.returncode, str(out) in done.stdout) == (0, True), done.stderr
        assert "关注公众号" in out.read_text("utf-8")
        done = baoxue(data, *words, "--no-account", BAOXUE_MODE="demo", **environ(platform))
        assert (done.returncode, done.stdout.count("\n")) == (0, 1)
        assert "关注公众号" not in out.read_text("utf-8")
    done = baoxue(data, *words, BAOXUE_MODE="demo", **environ(platform))  # it is gone
    assert (done.returncode, "没有公众号的二维码" in done.stdout) == (0, True)
    assert "关注公众号" not in out.read_text("utf-8")
    for bad in (
        ("--school", "没有的学校"),
        ("--school", "石人镇中心小学", "--no-account", "--out", str(tmp_path / "no/p")),
    ):
        done = baoxue(data, "poster", *bad, BAOXUE_MODE="demo", BAOXUE_WECHAT_API="http://127.0.0.1:9")
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)


# -- codes


def test_a_code_is_a_picture_with_words_for_who_cannot_see_it() -> None:
    drawn = qr.svg("https://baoxue.example.cn/?a=1&b=2", "登录<码>", "用微信扫")
    assert drawn.startswith('<svg role="img"')
    assert "<title>登录&lt;码&gt;</title>" in drawn
    assert "<desc>用微信扫</desc>" in drawn
    assert "style=" not in drawn
    with pytest.raises(ValueError, match="too long"):
        qr.svg("x" * 5000)

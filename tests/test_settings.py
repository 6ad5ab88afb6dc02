"""Settings: the environment over the file over defaults, and no shipped secret in production."""

import os
import re
from datetime import date
from pathlib import Path

import pytest

import wsgi
from intake.calendar import schooldays
from intake.errors import SettingsError
from intake.house import setup
from intake.settings import Settings, load, refuse_weak

REAL = {
    "WECHAT_TOKEN": "k3mf92ls0a",
    "WECHAT_APPID": "wx1234567890abcdef",
    "WECHAT_SECRET": "9f8e7d6c5b4a39281706f5e4d3c2b1a0",
    "WECHAT_AES_KEY": "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
}


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "baoxue.toml").write_text('mode = "demo"\nbureau = "教体局"\n[wechat]\ntoken = "from-file"\n')
    chosen = load(environ={"BAOXUE_DATA": str(tmp_path), "BAOXUE_WECHAT_TOKEN": "12345"})
    assert (chosen.mode, chosen.bureau, chosen.wechat_token) == ("demo", "教体局", "12345")
    assert chosen.wechat_mode == "compatible"
    assert load(environ={"BAOXUE_DATA": "/nowhere"}).wechat_mode == "safe"


@pytest.mark.parametrize(
    "said", ["靖宇县 220622", "220622:靖宇县", '{"name": "靖宇县", "code": "220622"}', "靖宇县（220622）"]
)
def test_the_district_in_every_spelling(said: str) -> None:
    chosen = load({"DISTRICT": said}, environ={})
    assert (chosen.district_name, chosen.district_code) == ("靖宇县", "220622")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DISTRICT", "江源区"),
        ("TODAY", "yesterday"),
        ("PORT", "http"),
        ("MODE", "test"),
        ("WECHAT_MODE", "none"),
        ("CLOCK_TERMS", "visit"),
        ("CLOCK_TERMS", "visits=2"),
        ("CLOCK_TERMS", "visit=-1"),
        ("CLOCK_TERMS", "lead=20 written=10"),
        ("CLOCK_TERMS", "alarm=0"),
        ("WORKBOOK_HOUR", "六点"),
        ("WORKBOOK_HOUR", "24"),
        ("ALARM_COMMAND", "/usr/local/bin/ring '值班"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load({name: value, "DATA": "/nowhere"}, environ={})


def test_a_pinned_day_is_for_demonstrations_only() -> None:
    assert load({"MODE": "demo", "TODAY": "2026-11-23"}, environ={}).today == date(2026, 11, 23)
    with pytest.raises(SettingsError):
        load({"MODE": "production", "TODAY": "2026-11-23"}, environ={})


def test_production_refuses_missing_and_shipped_secrets() -> None:
    refuse_weak(load({**REAL, "MODE": "production"}, environ={}))
    for name in REAL:
        with pytest.raises(SettingsError, match=name):
            refuse_weak(load({**REAL, "MODE": "production", name: ""}, environ={}))
    for name, weak in [
        ("WECHAT_TOKEN", "AAAAA"),
        ("WECHAT_AES_KEY", "A" * 43),
        ("WECHAT_SECRET", "changeme123"),
    ]:
        with pytest.raises(SettingsError, match=name):
            refuse_weak(load({**REAL, "MODE": "production", name: weak}, environ={}))


def test_a_secret_is_not_in_the_text_of_the_settings() -> None:
    text = repr(load({**REAL, "MODE": "production"}, environ={}))
    assert not [name for name in ("TOKEN", "SECRET", "AES_KEY") if REAL[f"WECHAT_{name}"] in text]


def test_init_is_repeatable_and_never_replaces_keys(tmp_path: Path) -> None:
    data = tmp_path / "var"
    setup.init(load({"DATA": data}, environ={}), demo=True)
    before = {path.name: path.read_text() for path in [*(data / "keys").iterdir(), data / "baoxue.toml"]}
    setup.init(load({"DATA": data}, environ={}))
    assert before == {
        path.name: path.read_text() for path in [*(data / "keys").iterdir(), data / "baoxue.toml"]
    }
    assert {path.stat().st_mode & 0o777 for path in (data / "keys").iterdir()} == {0o600}
    (data / "keys" / "data.keys").unlink()
    with pytest.raises(SettingsError, match="备份"):
        setup.init(load({"DATA": data}, environ={}))


def test_every_line_that_waits_in_the_file_can_be_used_as_it_stands(tmp_path: Path) -> None:
    setup.init(load({"DATA": tmp_path, "MODE": "demo"}, {}))
    path = tmp_path / "baoxue.toml"
    waiting = re.sub(r"(?m)^# ([a-z_]+ = )", r"\1", path.read_text("utf-8"))
    path.write_text(waiting, "utf-8")
    chosen = load({"DATA": tmp_path}, {})
    assert (chosen.address, chosen.proxies) == ("https://baoxue.example.cn", 1)
    assert (chosen.terms, chosen.wechat_oauth) == (schooldays.EXAMPLE, "on")
    assert chosen.office_hours != Settings().office_hours


def test_a_server_has_one_place_for_its_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, data = tmp_path / "baoxue.env", tmp_path / "data"
    data.mkdir()
    (data / "baoxue.toml").write_text('mode = "demo"\nbureau = "甲"\ncontact_phone = "1"\n', "utf-8")
    file.write_text(f"# 服务器\n\nBAOXUE_DATA={data}\nexport BAOXUE_BUREAU='乙'\nPATH=/nowhere\n", "utf-8")
    monkeypatch.setattr("intake.settings.SERVER", file)
    for name in [name for name in os.environ if name.startswith("BAOXUE_")]:
        monkeypatch.delenv(name)
    chosen = load()
    assert (chosen.data, chosen.mode, chosen.bureau, chosen.contact_phone) == (data, "demo", "乙", "1")
    monkeypatch.setenv("BAOXUE_BUREAU", "丙")
    assert load().bureau == "丙"
    assert load({"DATA": data}, {}).bureau == "甲"
    file.write_text("BAOXUE_DATA /var/lib/baoxue\n")
    with pytest.raises(SettingsError, match="第 1 行"):
        load()
    file.unlink()
    assert load().bureau == "丙"


def test_pages_are_served_before_there_is_an_official_account(tmp_path: Path) -> None:
    setup.init(load({"DATA": tmp_path}, environ={}))
    chosen = load({"DATA": tmp_path}, environ={})
    assert not chosen.demo
    assert not chosen.wechat_on
    refuse_weak(chosen)
    app = wsgi.create_app({"DATA": tmp_path, "MODE": "production"})
    client = app.test_client()
    assert client.get("/forms/absence").status_code == 200
    for answer in (client.get("/wechat"), client.post("/wechat")):
        assert answer.status_code == 404
        assert "公众号还没有接上" in answer.text
    app.extensions["baoxue.db"].close()


@pytest.mark.parametrize(
    ("said", "kept"), [("江源区教育局", "教育局"), ("教体局", "教体局"), ("江源区", "教育局")]
)
def test_the_district_is_named_once(tmp_path: Path, said: str, kept: str) -> None:
    chosen = load({"DATA": tmp_path, "DISTRICT": "江源区 220605", "BUREAU": said, "MODE": "demo"}, {})
    assert chosen.district_name + chosen.bureau == "江源区" + kept

"""Declarations: what each field reads, refuses, shows and masks; rules across answers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from intake import fields
from intake.calendar.clock import CHINA
from intake.errors import Invalid
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds import KINDS, Report, World, filled
from intake.places.places import Place, Places, divisions
from intake.reports import lookup
from intake.store.db import Database
from tests.hands.samples import citizen_id, sample

NOW = datetime(2026, 11, 23, 10, 30, tzinfo=CHINA)  # a Monday
SCHOOLS = (
    Place("S1", "江源区实验小学", "school", "220605001"),
    Place("S2", "石人镇中心小学", "school", "220605105"),
    Place("S3", "湾沟镇中心小学", "school", "220605102"),
)
WORLD = World(Places([*divisions(), *SCHOOLS]), lambda: NOW)
ID = "22060520160308001"  # + check digit


def whole(kind: str = "absence", **changes: Any) -> dict[str, Any]:
    return {**sample(kind, 3, NOW.date()), **changes}


def errors(kind: str, raw: dict[str, Any], channel: str = "api") -> dict[str, list[str]]:
    with pytest.raises(Invalid) as refused:
        KINDS[kind](WORLD).accept(raw, channel)
    return refused.value.errors


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", range(12))
def test_samples_are_taken_and_what_is_kept_is_taken_again(kind: str, number: int) -> None:
    form = KINDS[kind](WORLD)
    answers = form.accept(sample(kind, number, NOW.date()))
    assert form.accept(answers) == answers
    assert {key for key, one in form.answers().items() if one.required} <= set(answers)
    for key, value in answers.items():
        field = form.field(key)
        assert field.recall(field.keep(value)) == value
        assert field.show(value)
        if field.asked.privacy is not Privacy.OPEN and not isinstance(field, fields.Village):
            assert field.mask(value) != field.show(value)


@pytest.mark.parametrize(
    ("key", "said", "kept"),
    [
        ("phone", "＋86 138－0000 1234", "13800001234"),
        ("phone", "0439-3721234", "04393721234"),
        ("phone", "１３８００００１２３４", "13800001234"),
        ("town", "石人", "220605105"),
        ("town", "江源区石人镇", "220605105"),
        ("town", "220605105", "220605105"),
        ("grade", "初一", "七年级"),
        ("grade", "1年级", "一年级"),
        ("grade", 7, "七年级"),
        ("relation", "奶奶", "祖母"),
        ("relation", "61", "祖父"),
        ("on_leave", True, "是"),
        ("on_leave", "没有", "否"),
        ("last_seen", "上周一", "2026-11-16"),
        ("last_seen", "三天前", "2026-11-20"),
        ("last_seen", "9月1号", "2026-09-01"),
        ("last_seen", "2026-9-1", "2026-09-01"),
        ("last_seen", "1月20日", "2026-01-20"),
        ("last_seen", "2025-12-08", "2025-12-08"),
        ("last_seen", "去年12月8日", "2025-12-08"),
        ("child_name", "阿依古丽·买买提", "阿依古丽·买买提"),
        ("child_name", "阿依古丽•买买提", "阿依古丽·买买提"),
        ("school", "实验小学", "S1"),
        ("school", "长春市第一实验中学", "长春市第一实验中学"),
        ("school", "其他 中心小学", "中心小学"),
        ("special_group", "留守和低保", ["留守", "低保"]),
        ("special_group", ["低保", "留守", "低保"], ["留守", "低保"]),
    ],
)
def test_people_may_write_as_they_speak(key: str, said: object, kept: object) -> None:
    raw = {k: v for k, v in whole().items() if k not in ("village", key)}
    assert KINDS["absence"](WORLD).accept({**raw, key: said})[key] == kept


@pytest.mark.parametrize(
    ("key", "said", "telling"),
    [
        ("phone", "1380000123", "11 位"),
        ("phone", "二十", "11 位"),
        ("town", "长春市", "石人镇"),
        ("child_name", "妈妈", "不要写称呼"),
        ("child_name", "12345", "不要写称呼"),
        ("child_name", ["王小明", "李小红"], "不能是列表"),
        ("child_name", {"a": 1}, "不能是列表"),
        ("grade", "高一", "一年级到九年级"),
        ("relation", "路人甲", "请从这些里选"),
        ("last_seen", "明天", "还没有到"),
        ("last_seen", "12月8日", "请写上年份：2025-12-08"),
        ("last_seen", "很久以前", "没有看懂日期"),
        ("school", "中心小学", "石人镇中心小学"),
        ("special_group", ["留守", "有钱"], "请从这些里选"),
        ("special_group", 5, "请从这些里选"),
        ("description", "长" * 501, "最多 500 个字"),
        ("birth_date", "3月8日", "年月日"),
    ],
)
def test_a_refusal_says_what_to_do(key: str, said: object, telling: str) -> None:
    raw = {k: v for k, v in whole().items() if k not in ("village", "id_number")}
    found = errors("absence", {**raw, key: said})
    assert set(found) == {key}
    assert telling in found[key][0]


def test_a_day_just_gone_by_is_not_taken_for_a_year_ahead() -> None:
    leave = {**whole(), "on_leave": "是"}
    found = errors("absence", {**leave, "leave_until": "11月20日"})
    assert "11月20日已经过去了" in found["leave_until"][0]
    assert KINDS["absence"](WORLD).accept({**leave, "leave_until": "1月8日"})["leave_until"] == "2027-01-08"


def test_every_missing_answer_is_named_at_once() -> None:
    for kind, declared in KINDS.items():
        missing = {key for key, one in declared.answers().items() if one.required}
        assert set(errors(kind, {})) == missing
        assert set(errors(kind, {}, "teacher")) == missing | {"school"}


class TestCitizenNumber:
    number = citizen_id(datetime(2016, 3, 8, tzinfo=CHINA).date(), "女", order=3)

    def test_gives_birth_date_and_sex(self) -> None:
        raw = {k: v for k, v in whole().items() if k not in ("birth_date", "sex", "id_type")}
        answers = KINDS["absence"](WORLD).accept({**raw, "id_number": self.number})
        assert (answers["birth_date"], answers["sex"], answers["id_type"]) == (
            "2016-03-08",
            "女",
            "居民身份证",
        )

    @pytest.mark.parametrize(
        "width", [str.lower, lambda n: n.replace("X", "Ｘ"), lambda n: f" {n[:6]} {n[6:]} "]
    )
    def test_may_end_in_x_of_any_width(self, width: Callable[[str], str]) -> None:
        day = datetime(2016, 3, 8, tzinfo=CHINA).date()
        number = next(n for n in (citizen_id(day, "男", order=o) for o in range(99)) if n.endswith("X"))
        raw = {k: v for k, v in whole().items() if k not in ("birth_date", "sex")}
        assert KINDS["absence"](WORLD).accept({**raw, "id_number": width(number)})["id_number"] == number

    def test_a_contradiction_is_an_error_at_both(self) -> None:
        raw = whole(id_number=self.number, sex="男", birth_date="2016-03-09", id_type=None)
        assert set(errors("absence", raw)) == {"id_number", "sex", "birth_date"}

    @pytest.mark.parametrize(
        ("said", "telling"),
        [
            (number[:-1], "18 位"),
            (number[:-1] + ("0" if number[-1] != "0" else "1"), "写错"),
            (number[:6] + "20160230" + number[14:], "真实的出生日期"),
            (number[:6] + "20270308" + number[14:], "出生日期"),
            ("张三的身份证", "数字和字母"),
        ],
    )
    def test_a_wrong_one_is_refused_with_the_reason(self, said: str, telling: str) -> None:
        raw = {k: v for k, v in whole().items() if k not in ("birth_date", "sex", "id_type")}
        assert telling in errors("absence", {**raw, "id_number": said})["id_number"][0]

    def test_another_document_has_its_own_rules(self) -> None:
        raw = {k: v for k, v in whole().items() if k not in ("birth_date", "sex")}
        answers = KINDS["absence"](WORLD).accept({**raw, "id_type": "护照", "id_number": "e1234567"})
        assert answers["id_number"] == "E1234567"
        assert "birth_date" not in answers


class TestConditions:
    raw = whole("enrollment")

    def test_an_answer_that_became_irrelevant_is_dropped(self) -> None:
        answers = KINDS["enrollment"](WORLD).accept(
            {**self.raw, "basis": "户籍", "permit_number": "JZ1234567"}
        )
        assert "permit_number" not in answers
        answers = KINDS["enrollment"](WORLD).accept(
            {**self.raw, "basis": "居住证", "permit_number": "JZ1234567"}
        )
        assert answers["permit_number"] == "JZ1234567"

    @pytest.mark.parametrize(
        ("father", "mother", "kept"), [("是", "否", True), ("否", "有", True), ("否", "否", False)]
    )
    def test_one_of_several_causes_is_enough(self, father: str, mother: str, kept: bool) -> None:
        raw = {**self.raw, "father_away": father, "mother_away": mother, "away_place": "大连"}
        assert ("away_place" in KINDS["enrollment"](WORLD).accept(raw)) is kept


def test_one_answer_may_tell_two_things() -> None:
    form = KINDS["absence"](WORLD)
    told = form.check("town", "石人镇大石棚村", {})
    assert (told["town"], form.field("village").show(told["village"])) == ("220605105", "大石棚子村")
    with pytest.raises(Invalid) as refused:
        form.check("birth_date", "2016-03-09", {"id_number": TestCitizenNumber.number})
    assert set(refused.value.errors) == {"birth_date"}


def test_blanks_and_lists_of_a_browser_count_as_what_they_mean() -> None:
    raw = {key: [value] if isinstance(value, str) else value for key, value in whole().items()}
    form = KINDS["absence"](WORLD)
    assert form.accept({**raw, "reason": [""], "whereabouts": "  "}) == form.accept(
        {k: v for k, v in whole().items() if k not in ("reason", "whereabouts")}
    )


def test_a_clue_and_a_leave_begin_differently() -> None:
    form = KINDS["absence"](WORLD)
    assert form.status({"on_leave": "否"}).word == "线索"
    assert form.status({"on_leave": "是"}).word == "已请假"


def test_a_field_without_a_privacy_level_is_an_error_at_import() -> None:
    with pytest.raises(TypeError, match="privacy level"):
        type("Bare", (Report,), {"note": fields.Text(20)})
    with pytest.raises(TypeError, match="privacy"):
        asked("说明")  # type: ignore[call-arg]


def test_masks() -> None:
    form = KINDS["enrollment"](WORLD)
    expected = {
        "child_name": ("张小明", "张*明"),
        "guardian_name": ("李四", "李*"),
        "phone": ("13812341234", "138********"),
        "id_number": ("220605201603080012", "2206**************"),
        "permit_number": ("220605201603080012", fields.FILLED),
        "residence": ("吉林省白山市江源区石人镇大石棚村三组15号", "吉林省白山市江源区石人镇大石棚村***"),
        "birth_date": ("2016-03-08", "2016年"),
        "away_place": ("大连", fields.FILLED),
    }
    for key, (clear, masked) in expected.items():
        assert form.field(key).mask(clear) == masked


def test_a_school_list_that_changes_is_seen(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.places.gazetteer.FRESH", 0.0)
    raw = {"school": "育英学校", **{k: v for k, v in whole().items() if k != "school"}}
    assert lookup.schema(db, "absence").accept(raw)["school"] == "育英学校"
    with db.write():
        db.run(
            "INSERT INTO schools (code, name, aliases, town, stage, demo, changed_at)"
            " VALUES ('S9', '江源区育英学校', '', '220605001', '小学', 0, '2026-01-01')"
        )
    assert lookup.schema(db, "absence").accept(raw)["school"] == "S9"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("打了 13812345678，奶奶接的", "打了 138********，奶奶接的"),
        ("电话 138 1234 5678 和 0439-3721234", "电话 138********** 和 043*********"),
        ("证件220605201603080012。", "证件220***************。"),
        ("证件 220605 20160308 0012，", "证件 220*****************，"),
        ("2016年3月8日生，出生日期：2016-03-08", "2016年生，出生日期：2016年"),
        ("生日20160308，2026-11-23 生病", "生日2016年，2026-11-23 生病"),
        ("补发 1250 元，2026-11-23 到账", "补发 1250 元，2026-11-23 到账"),
    ],
)
def test_what_staff_write_is_read_but_for_numbers_by_which_a_person_is_found(written: str, seen: str) -> None:
    assert filled.REMARK.mask(written) == seen

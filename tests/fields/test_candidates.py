"""What is masked is no riddle: in no row of a ledger, whatever of it is shown in clear, are too few numbers left."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any

import pytest

from intake import fields, ledgers
from intake.fields import Answer, privacy
from intake.fields.privacy import FEWEST, Masks, Privacy
from intake.kinds import KINDS
from intake.ledgers import Ledger, Line
from intake.ledgers.pupils.differing.sides import Sides
from intake.places import gazetteer
from intake.store.db import Database
from tests.hands.candidates import Secret, completes_a_proof, numbers_left, phones_left, secret_of, too_few

GIRL = secret_of(date(2017, 3, 8), "女", 61, "13812345607")
NUMBER, PHONE = GIRL.number, GIRL.phone
WORDS = f"奶奶电话 {PHONE}，证号 {NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}，2017年3月8日生"


def values(one: Ledger) -> dict[str, Any]:
    """Give a row with something in every column that may hold a number, a birth date or an address."""
    found: dict[str, Any] = {"sex": "女", "receipt": "123456789012", "case_number": "220605-2026-000123"}
    for key, column in one.answers().items():
        match column:
            case fields.IdNumber():
                found[key] = f"G{NUMBER}" if key == "student_number" else NUMBER
            case fields.Phone():
                found[key] = PHONE
            case fields.Birth():
                found[key] = GIRL.born.isoformat()
            case fields.Address():
                found[key] = "吉林省白山市江源区石人镇大石棚村三组15号"
            case fields.StaffText():
                found[key] = WORDS
            case Sides():
                found[key] = {
                    "child_name": "王小明",
                    "sex": "女",
                    "birth_date": GIRL.born.isoformat(),
                    "id_number": NUMBER,
                    "pupil_number": f"G{NUMBER}",
                    "household_place": "吉林省白山市江源区石人镇大石棚村三组15号",
                }
    return {key: value for key, value in found.items() if key in one.fields}


def shown(one: Ledger, clear: frozenset[str] = frozenset()) -> str:
    """Give a row as it is read."""
    return " | ".join(str(cell) for cell in one.cells(1, Line("", "", values(one), clear=clear)))


def every(db: Database) -> Iterator[Ledger]:
    """Give every sheet that the house writes, and the daily ledger of every kind."""
    for key in ledgers.ledger_keys():
        yield from ledgers.ledgers_of_book(db, key)
    yield from ledgers.ledgers_of_kinds(db)


def test_no_row_of_any_sheet_leaves_too_few_numbers(db: Database) -> None:
    seen = 0
    for one in every(db):
        assert too_few(shown(one), GIRL) == [], one.key
        seen += "2206*" in shown(one)
    assert seen > 8


def test_whatever_stands_in_clear_the_rest_of_the_row_keeps_its_number(db: Database) -> None:
    for one in every(db):
        may = [key for key, column in one.answers().items() if key in values(one) and column.asked.privacy is not Privacy.OPEN
               and not isinstance(column, fields.StaffText)]  # fmt: skip
        for clear in [*combinations(may, 1), *combinations(may, 2)]:
            declared = [one.field(key) for key in clear]
            looked = (
                {"number"}
                if any(isinstance(column, fields.IdNumber | Sides) for column in declared)
                else set()
            )
            looked |= {"phone"} if any(isinstance(column, fields.Phone) for column in declared) else set()
            places = any(isinstance(column, fields.Address) for column in declared)
            born = any(isinstance(column, fields.Birth) for column in declared)
            if places and born:
                continue  # both were asked for, one by one and with a reason: the number is as good as asked for
            row = shown(one, frozenset(clear))
            assert too_few(row, GIRL, looked=frozenset(looked)) == [], (one.key, clear)


@pytest.mark.parametrize("masks", Masks)
def test_every_answer_of_every_kind_is_masked_so(db: Database, masks: Masks) -> None:
    world = gazetteer.world(db)
    samples: Mapping[type[Answer], Any] = {
        fields.IdNumber: NUMBER, fields.PermitNumber: NUMBER, fields.Phone: PHONE, fields.Birth: GIRL.born.isoformat(),
        fields.Address: "吉林省白山市江源区石人镇大石棚村三组15号", fields.Text: WORDS, fields.StaffText: WORDS,
    }  # fmt: skip
    for kind in KINDS.values():
        form = kind(world)
        block = [
            form.field(key).mask(samples[type(one)], masks)
            for key, one in (*form.answers().items(),)
            if type(one) in samples and one.asked.privacy is not Privacy.OPEN
        ]
        assert too_few(f"女 {' '.join(block)} 1234 5678 9012", GIRL) == [], kind.kind


@pytest.mark.parametrize(
    "number", ["E12345678", "H1234567801", "12345678", "12345", "JZ1234567", "PENDING00012", "G1234567890"]
)
def test_a_number_of_which_nobody_knows_how_it_is_made_shows_nothing(number: str) -> None:
    for masks in Masks:
        for one in (fields.IdNumber(), fields.PermitNumber()):
            assert one.mask(number, masks) == fields.FILLED


@pytest.mark.parametrize("phone", ["13812341234", "04393721234", "02112345678", "075512345678", "0104567890"])
def test_of_a_telephone_enough_is_left_with_or_without_its_area(phone: str) -> None:
    secret = Secret(NUMBER, phone)
    assert phones_left(fields.Phone().mask(phone), secret) >= 10**7
    assert phones_left(privacy.mask_but_end(phone), secret) >= FEWEST
    assert completes_a_proof(f"{privacy.mask_but_end(phone)} 1234 5678 9012", secret) == (len(phone) >= 11)


def old_identity(_: Any, value: str, masks: Masks = Masks.USUAL) -> str:
    return value[:6] + "*" * (len(value) - 10) + value[-4:]


def old_phone(_: Any, value: str, masks: Masks = Masks.USUAL) -> str:
    return value[:3] + "*" * (len(value) - 7) + value[-4:]


def test_the_arithmetic_finds_the_masks_of_before(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert 20 < numbers_left(f"女 2017年 {old_identity(0, NUMBER)}", GIRL) < 60
    assert numbers_left(f"女 2017-03-08 {NUMBER[:4]}**************", GIRL) == 8 * 500
    assert numbers_left(f"2017-03-08 {NUMBER[:4]}************** 吉林省白山市江源区", GIRL) == 500
    assert numbers_left(f"2017年3月生 {NUMBER[:4]}************** 吉林省白山市江源区", GIRL) == 31 * 500
    assert numbers_left(f"{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}", GIRL) == 1
    assert phones_left(f"138****{PHONE[-4:]}", GIRL) == 10**4
    assert phones_left(f"138******07 尾号{PHONE[-4:]}", GIRL) == 10**4
    assert phones_left(f"1381234***7 尾号{PHONE[-4:]}", GIRL) == 1
    monkeypatch.setattr(fields.IdNumber, "mask", old_identity)
    monkeypatch.setattr(fields.Phone, "mask", old_phone)
    monkeypatch.setattr(ledgers, "_bound", lambda declared, world: declared(world))
    found = {problem for one in every(db) for problem in too_few(shown(one), GIRL)}
    assert any(problem.startswith("number: ") for problem in found)
    assert "phone: last four beside a receipt" in found


def test_a_clear_birth_date_beside_a_mask_is_found(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Masks, "beside", classmethod(lambda cls, numbering: cls.USUAL))
    one = ledgers.ledger(db, "left-behind")
    assert too_few(shown(one, frozenset({"birth_date"})), GIRL)

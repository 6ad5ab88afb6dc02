"""The key of a row: what it names, and that nobody makes one up."""

import pytest

from intake.ledgers.rowkeys import RowKey, is_row_key, read_row_key, row_key
from intake.store.db import Database

NUMBER, RECEIPT = "220605-2026-000123", "123456789012"


@pytest.mark.parametrize(("ref", "number", "receipt"), [(NUMBER, NUMBER, ""), (RECEIPT, "", RECEIPT)])
def test_a_key_names_a_case_or_a_receipt_and_a_version(
    db: Database, ref: str, number: str, receipt: str
) -> None:
    said = row_key(db, "aid", ref, 7)
    found = read_row_key(db, "aid", f" {said.lower()} ")
    assert found == RowKey(ref, 7)
    assert (found.number, found.receipt) == (number, receipt)
    assert is_row_key(said)


@pytest.mark.parametrize("ref", [NUMBER, RECEIPT])
def test_a_key_of_another_ledger_row_or_version_is_none(db: Database, ref: str) -> None:
    said = row_key(db, "aid", ref, 7)
    check = said.rpartition(".")[2]
    assert read_row_key(db, "boarding", said) is None
    assert read_row_key(db, "aid", f"{ref}.8.{check}") is None
    assert read_row_key(db, "aid", f"{ref[:-1]}9.7.{check}") is None
    assert read_row_key(db, "aid", f"{ref}.7") is None


@pytest.mark.parametrize("said", ["", "12345", f"{NUMBER}.7", f"{RECEIPT}1.7.ABCDE", f"{RECEIPT}.7.GGGGG"])
def test_what_is_no_key_is_none(db: Database, said: str) -> None:
    assert not is_row_key(said)
    assert read_row_key(db, "aid", said) is None

"""What people typed, guarded as the text of a cell, and read back."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.language import text
from intake.language.cells import guarded, unguarded

SIGNS = "=+-@|%＝＋－＠｜％"
BEFORE = (
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\u3000",
    "\u00a0",
    "\ufeff",
    "\x00",
    "\x1f",
    "\u200b",
    "\u202e",
    " \ufeff\t",
)


@pytest.mark.parametrize("before", BEFORE, ids=ascii)
@pytest.mark.parametrize("sign", SIGNS)
def test_what_begins_like_a_formula_is_guarded_whatever_stands_before(before: str, sign: str) -> None:
    said = f"{before}{sign}1+1"
    assert guarded(said) == f"'{said}"
    assert unguarded(guarded(said)) == said


@pytest.mark.parametrize(
    "said", ["", "王小明", "138-0000", "a=b", "'王", "''", "'", "家里说：=没事", "1-走读", "《=》"]
)
def test_other_texts_stay_as_they_are(said: str) -> None:
    assert (guarded(said), unguarded(said)) == (said, said)


@pytest.mark.fuzz
@given(st.text(st.sampled_from("'=＝+-@|% \t\ufeff\u200b字1"), max_size=8) | st.text(max_size=20))
@example("''=1")
def test_a_text_reads_back_as_it_was(said: str) -> None:
    cell = guarded(said)
    assert unguarded(cell) == said
    seen = cell.lstrip("".join(map(chr, range(33))) + "\u3000\u00a0\ufeff\u200b")
    assert not seen.startswith(tuple(SIGNS))


@pytest.mark.fuzz
@given(st.text(st.sampled_from("=＝+-@|% 字1"), max_size=8))
def test_where_the_software_took_the_apostrophe_it_reads_back_the_same(said: str) -> None:
    assert unguarded(guarded(said).removeprefix("'")) == said


@pytest.mark.fuzz
@given(st.text(max_size=12))
def test_what_the_door_keeps_compares_equal_after_a_round(said: str) -> None:
    kept = text.normalise(said)
    assert text.normalise(unguarded(guarded(kept))) == unicodedata.normalize("NFC", kept)

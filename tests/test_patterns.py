"""Expressions compiled on first use are the expressions that `re` compiles."""

import ast
import re
from pathlib import Path

import pytest

from intake.language import patterns
from intake.language.patterns import regex


def test_each_method_is_that_of_the_compiled_expression() -> None:
    for method in patterns._METHODS:
        lazy, plain = regex("(b)|(?P<c>c)", re.IGNORECASE), re.compile("(b)|(?P<c>c)", re.IGNORECASE)
        given = ("-", "aBcd") if method.startswith("sub") else ("aBcd",)
        one, other = getattr(lazy, method)(*given), getattr(plain, method)(*given)
        if method == "finditer":
            one, other = [found.span() for found in one], [found.span() for found in other]
        assert one == other or one.span() == other.span()
    assert lazy.pattern == plain.pattern


def test_nothing_is_compiled_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_made", [])
    broken = regex("(")
    with pytest.raises(AttributeError):
        broken.__wrapped__  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(re.error):
        patterns.compile_all()


def test_every_declared_expression_compiles() -> None:
    patterns.compile_all()


def test_nobody_asks_a_match_for_its_expression() -> None:
    root = Path(__file__).parent.parent
    for side in ("intake", "forms", "bot", "exports"):
        for path in (root / side).rglob("*.py"):
            assert not re.search(r"\w\.re\b", path.read_text("utf-8")), path


def test_no_bound_of_repetition_is_a_value_put_into_the_text() -> None:
    """In an f-string `{0,3}` is a pair of numbers, and the expression then asks for the pair's own signs."""
    root = Path(__file__).parent.parent
    found = [
        f"{path.relative_to(root)}:{one.lineno}"
        for side in ("intake", "forms", "bot", "exports")
        for path in (root / side).rglob("*.py")
        for one in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(one, ast.FormattedValue) and isinstance(one.value, ast.Tuple | ast.Constant)
    ]
    assert found == []

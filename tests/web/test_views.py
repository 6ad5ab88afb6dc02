"""Views raise: what they meet is told in one place of their module, or by the house, always as the catalogue says."""

import ast
import inspect
import textwrap
from collections.abc import Iterator

import pytest
from flask import Flask

from intake import errors
from intake.errors import Invalid, Problem, TooMany

LONGEST = 20
"""Lines of a view with its docstring."""
OF_ITS_OWN = {"bot.receive"}
"""What answers the platform, by the platform's rules."""
PROBLEMS = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, Problem)}


def views(app: Flask) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Give every view of the house, taken out of what guards it."""
    for name, view in app.view_functions.items():
        plain = inspect.unwrap(view)
        if (
            plain.__module__.partition(".")[0] in ("forms", "bot", "exports", "intake")
            and name not in OF_ITS_OWN
        ):
            (tree,) = ast.parse(textwrap.dedent(inspect.getsource(plain))).body
            if isinstance(tree, ast.FunctionDef):
                yield name, tree


def caught(view: ast.FunctionDef) -> list[str]:
    """Give what a view catches, word by word."""
    clauses = [one for one in ast.walk(view) if isinstance(one, ast.ExceptHandler)]
    words = [ast.walk(one.type) for one in clauses if one.type]
    return [getattr(word, "id", getattr(word, "attr", "")) for clause in words for word in clause]


def test_no_view_catches_what_the_catalogue_knows(app: Flask) -> None:
    found = dict(views(app))
    assert len(found) > 60
    assert [name for name, view in found.items() if PROBLEMS & set(caught(view))] == []
    assert [
        name
        for name, view in found.items()
        if len([one for one in ast.walk(view) if isinstance(one, ast.ExceptHandler)]) > 1
    ] == []


def test_views_are_short(app: Flask) -> None:
    lengths = {name: (view.end_lineno or 0) - view.lineno + 1 for name, view in views(app)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize("kind", sorted(PROBLEMS - {"Problem"}))
def test_what_no_page_has_a_place_for_is_told_by_the_house(app: Flask, kind: str) -> None:
    """In Chinese, with the catalogue's number, and with nothing that a child could be known by."""
    problem = getattr(errors, kind)
    arguments = {
        "Refused": ("请换一个。",),
        "Invalid": ({"id_number": ["身份证号不对。"]},),
        "KeyReused": ("123",),
        "SettingsError": ("还没有填地址。",),
    }
    for path in ("/desk/", "/api/v1/reports/absence"):
        with app.test_request_context(path):
            answer = app.make_response(app.handle_user_exception(problem(*arguments.get(kind, ()))))
        said = (
            answer.get_json()["errors"][""][0] if path.startswith("/api/") else answer.get_data(as_text=True)
        )
        assert answer.status_code == problem.code
        assert answer.headers.get("Retry-After", "0") == str(problem.retry)
        assert (problem.sentence or arguments[kind][0]) in said
        assert "answers" not in said
        assert "id_number" not in said


def test_the_wait_after_wrong_tries_is_as_long_as_it_is_said_to_be() -> None:
    assert f"{TooMany.retry} 秒" in TooMany.sentence
    for wait, said in ((10, "10 秒"), (60, "60 秒"), (3600, "60 分钟"), (3541, "60 分钟")):
        assert TooMany(wait).retry == wait
        assert said in str(TooMany(wait))


def test_answers_that_are_refused_are_in_no_text_of_the_fault() -> None:
    wrong = Invalid({"phone": ["13800001111 不是电话号码。"]})
    assert "13800001111" not in f"{wrong} {wrong!r}"

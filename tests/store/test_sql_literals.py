"""The reader of SQL literals finds each habit that only SQLite understands, and lets good SQL pass."""

import ast

import pytest

from tests import sql_literals
from tests.sql_literals import PRODUCT, ROOT, Found, literals, look, main

BAD = (
    ("INSERT OR IGNORE INTO t (a) VALUES (?)", "INSERT OR"),
    ("REPLACE INTO t (a) VALUES (?)", "INSERT OR"),
    ("SELECT a FROM t WHERE a IS ?", "IS ?"),
    ("SELECT a FROM t WHERE a IS NOT ?", "IS ?"),
    ("SELECT a FROM t WHERE ? IS NULL OR a = ?", "IS ?"),
    ("SELECT datetime(a) FROM t", "a function"),
    ("SELECT strftime('%Y', a) FROM t", "a function"),
    ("SELECT strftime('%Y', a) FROM t", "% belongs"),
    ("SELECT ifnull(a, '') FROM t", "a function"),
    ("SELECT group_concat(a) FROM t", "a function"),
    ("SELECT json_extract(a, '$.b') FROM t", "a function"),
    ("SELECT a FROM t WHERE a GLOB 'x*'", "GLOB"),
    ("SELECT a FROM t WHERE a == ?", "GLOB"),
    ("SELECT a FROM t LIMIT ?, ?", "GLOB"),
    ("SELECT rowid FROM t", "rowid"),
    ("SELECT name FROM sqlite_master", "rowid"),
    ("PRAGMA foreign_key_check", "rowid"),
    ("SELECT max(a, b) FROM t", "max or min"),
    ("SELECT MIN(coalesce(a, ''), b) FROM t", "max or min"),
    ("SELECT a FROM t WHERE a LIKE ?", "LIKE"),
    ("SELECT a FROM t WHERE lower(a) LIKE ?", "LIKE"),
    ("SELECT a FROM t WHERE a LIKE lower(?)", "LIKE"),
    ("SELECT a FROM t WHERE lower(a) LIKE lower('x%')", "% belongs"),
    ("SELECT a FROM t WHERE b % 2 = 0", "% belongs"),
    ("SELECT a FROM t WHERE b = 'why?'", "? inside quotes"),
    ("UPDATE t SET a = TRUE", "TRUE"),
    ("INSERT INTO t (a) VALUES (?) ON CONFLICT DO UPDATE SET a = 1", "ON CONFLICT"),
    ("SELECT n FROM (SELECT count(*) AS n FROM t) WHERE n > 1", "a subquery"),
    ("SELECT kind, town, count(*) FROM t GROUP BY kind", "loose GROUP BY: town"),
    ("SELECT * FROM t GROUP BY kind", "loose GROUP BY: *"),
    ("SELECT a FROM u WHERE b IN (SELECT max(c) FROM (SELECT c, d FROM t GROUP BY c) AS x)", "loose GROUP BY: d"),
)  # fmt: skip
GOOD = (
    "INSERT INTO t (a) VALUES (?) ON CONFLICT (a) DO UPDATE SET a = excluded.a RETURNING id",
    "SELECT a FROM t WHERE a IS NOT DISTINCT FROM ? AND b IS NULL AND c <> 'x' AND d = ? AND e = 'y'",
    "SELECT max(a), min(coalesce(a, b)) FROM t",
    "SELECT a FROM t WHERE lower(a) LIKE lower(?) AND lower(b) NOT LIKE lower(?)",
    "SELECT kind, r.status AS state, count(*) AS n, 1 FROM reports r GROUP BY kind, r.status HAVING count(*) > 1",
    "SELECT n FROM (SELECT count(*) AS n FROM t) AS counted WHERE n > ?",
    "SELECT a FROM t ORDER BY a LIMIT 10",
    "DELETE FROM t WHERE a < ?",
)


def habits(source: str, path: str = "intake/x.py") -> list[str]:
    return [one.habit for one in look(path, source)]


@pytest.mark.parametrize(("sql", "habit"), BAD)
def test_a_habit_of_one_engine_is_refused(sql: str, habit: str) -> None:
    assert any(one.startswith(habit) for one in habits(f"db.all({sql!r})"))


@pytest.mark.parametrize("sql", GOOD)
def test_what_both_engines_understand_passes(sql: str) -> None:
    assert habits(f"db.all({sql!r})") == []
    assert list(literals(ast.parse(f"db.all({sql!r})"))) == [(1, sql)]


@pytest.mark.parametrize(
    "source",
    [
        "SQL = 'SELECT a FROM t WHERE b IS ?'",
        "db.run('DELETE FROM t'\n       ' WHERE b IS ?', (x,))",
        "db.all(f'SELECT {a} FROM {t} WHERE b IS ?')",
        "db.all('SELECT a FROM t' + where + ' WHERE b IS ?')",
        "PART = 'EXISTS (SELECT 1 FROM t WHERE b IS ?)'",
        "db.prune('t', ('a',), 'b IS ?', ())",
    ],
)
def test_it_is_found_however_it_is_written(source: str) -> None:
    assert habits(source) == ["IS ?: write IS NOT DISTINCT FROM, or build the clause in Python"]


def test_words_are_no_sql_and_sql_stays_in_intake(monkeypatch: pytest.MonkeyPatch) -> None:
    assert habits('"""SELECT rowid FROM t WHERE a IS ?"""\nx = "50% of all (max(a, b))"') == []
    statement = "db.one('SELECT 1 FROM t')"
    assert look("exports/x.py", "x = 1\n" + statement) == [Found("exports/x.py", 2, "SQL outside of intake")]
    assert habits(statement) == []
    assert habits("db.one('PRAGMA x')", "intake/store/sqlite/engine.py") == []
    monkeypatch.setattr(sql_literals, "MOVING", ("bot/conversation.py",))
    assert habits("x = 1", "bot/conversation.py") == ["has no SQL any more: take it out of MOVING"]


def test_the_product_is_clean_and_all_of_it_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    read = int(capsys.readouterr().out.split("SQL of ")[1].split()[0])
    assert read == sum(len(list((ROOT / one).rglob("*.py"))) or 1 for one in PRODUCT)

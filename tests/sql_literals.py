"""Read every SQL literal of the product, and refuse what only SQLite understands: `python -m tests.sql_literals`.

The house speaks the SQL that PostgreSQL speaks, too. A habit is refused where it is written, not on the day
when the second engine meets it. Only the modules of an engine may speak its own language.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PRODUCT = ("intake", "forms", "bot", "exports", "wsgi.py")
OWN = ("intake/store/sqlite/engine.py", "intake/store/sqlite/file.py", "intake/store/sqlite/schema.py")
"""An engine's own modules."""
MOVING: tuple[str, ...] = ()
"""Modules outside of intake whose SQL has not moved yet; one that is here without need is refused."""
HOLE = "\x00"
"""Stands for what an f-string puts in."""

STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|PRAGMA)\s")
FRAGMENT = re.compile(r"\b(SELECT|WHERE|JOIN|EXISTS|GROUP BY|ORDER BY|ON CONFLICT|IS NOT DISTINCT FROM)\b")
VERBS = frozenset({"all", "among", "one", "each", "run", "execute", "prune"})
LOWERED = r"\blower\([^()]*\)\s+(?:NOT )?LIKE\s+lower\("
AGGREGATE = re.compile(r"\b(count|sum|min|max|avg)\s*\(", re.I)

HABITS = (
    ("INSERT OR, REPLACE INTO: write ON CONFLICT", r"\b(INSERT OR|REPLACE INTO)\b"),
    ("IS ?: write IS NOT DISTINCT FROM, or build the clause in Python", r"\bIS (NOT )?\?|\? IS (NOT )?NULL\b"),
    ("a function that only SQLite has", r"\b(datetime|julianday|strftime|unixepoch|ifnull|iif|instr|group_concat"
     r"|json_extract|json_each|printf|typeof|hex|randomblob|total|last_insert_rowid|changes)\s*\("),
    ("rowid, sqlite_master, PRAGMA", r"\b(_?rowid_?|sqlite_\w+|PRAGMA)\b"),
    ("GLOB, MATCH, NOCASE, ==, LIMIT a, b", r"\b(GLOB|MATCH|NOCASE|AUTOINCREMENT|INDEXED BY)\b|==|\bLIMIT\s+(-|[^\s,)]+\s*,)"),
    ("TRUE, FALSE: flags are 0 and 1", r"\b(TRUE|FALSE)\b"),
    ("ON CONFLICT DO UPDATE without its columns", r"\bON CONFLICT DO UPDATE\b"),
    ("% belongs into the arguments", r"%"),
)  # fmt: skip


class Found(NamedTuple):
    """A habit at a place."""

    path: str
    line: int
    habit: str

    def __str__(self) -> str:
        """Give it as compilers do."""
        return f"{self.path}:{self.line}: {self.habit}"


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give (line, text) of every string that holds SQL; what a program puts in is a HOLE."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings, remarks
    asked, parts = set[int](), set[int]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in VERBS:
            asked |= {id(one) for one in node.args if _text(one)}
        if id(node) not in parts and _text(node) is not None:
            parts |= {id(one) for one in ast.walk(node)} - {id(node)}
            text = _text(node) or ""
            if id(node) not in told and (
                STATEMENT.match(text) or FRAGMENT.search(text) or (id(node) in asked and " " in text)
            ):
                yield getattr(node, "lineno", 0), text


def _text(node: ast.AST) -> str | None:
    """Give the text of a string, of an f-string, of two that are added."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join((_text(one) or "") if isinstance(one, ast.Constant) else HOLE for one in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None and right is None else (left or HOLE) + (right or HOLE)
    return None


def habits(sql: str) -> list[str]:
    """Give what only SQLite understands in a statement or a piece of one."""
    unquoted = re.sub(r"'[^']*'", "''", sql)
    found = [habit for habit, pattern in HABITS if re.search(pattern, unquoted)]
    if any("%" in one for one in re.findall(r"'[^']*'", sql)):
        found.append("% belongs into the arguments")
    if any("?" in one for one in re.findall(r"'[^']*'", sql)):
        found.append("? inside quotes")
    if len(re.findall(r"\bLIKE\b", unquoted)) > len(re.findall(LOWERED, unquoted)):
        found.append("LIKE without lower() on both sides")
    if any(len(_split(inner)) > 1 for inner in _calls(unquoted, r"\b(?:max|min)\s*\(")):
        found.append("max or min of two values: write CASE, or do it in Python")
    if any(not re.match(r"\s*(AS\s+)?(?!WHERE|ON|ORDER|GROUP|LEFT|JOIN)[a-z]", unquoted[end:])
           for end in _ends(unquoted, r"\b(?:FROM|JOIN)\s*\((?=\s*SELECT\b)")):  # fmt: skip
        found.append("a subquery in FROM without a name")
    inner = _calls(unquoted, r"\((?=\s*SELECT\b)")
    return found + [one for part in (unquoted, *inner) for one in _loose(part)]


def _loose(sql: str) -> list[str]:
    """Find what is selected beside a GROUP BY that neither groups nor counts, as far as it can be seen."""
    flat = _flat(sql)
    match = re.search(r"\bSELECT\s+(?:DISTINCT\s+)?(.*?)\sFROM\s.*?\bGROUP BY\s+(.*?)"
                      r"(?:\s(?:HAVING|ORDER BY|LIMIT|UNION)\b.*)?$", flat, re.S)  # fmt: skip
    if not match:
        return []
    groups = {one.strip() for one in match[2].split(",")}
    bare = {one.rpartition(".")[2] for one in groups}
    for one in match[1].split(","):
        value, _, alias = one.strip().partition(" AS ")
        seen = value.strip() in groups or value.rpartition(".")[2] in bare or alias.strip() in groups
        if not (seen or HOLE in one or AGGREGATE.search(value) or re.fullmatch(r"\d+|''|\?", value)):
            return [f"loose GROUP BY: {value} is neither grouped nor counted"]
    return []


def _flat(sql: str) -> str:
    """Empty every pair of brackets, so that commas and words inside do not count."""
    before = ""
    while before != sql:
        before, sql = sql, re.sub(r"\([^()]*\)", "\x01\x02", sql)
    return sql.replace("\x01\x02", "()")


def _ends(sql: str, opening: str) -> Iterator[int]:
    """Give where the brackets end that `opening` opens."""
    for match in re.finditer(opening, sql, re.I):
        depth, at = 1, match.end()
        while at < len(sql) and depth:
            depth += {"(": 1, ")": -1}.get(sql[at], 0)
            at += 1
        if not depth:
            yield at


def _calls(sql: str, opening: str) -> list[str]:
    """Give what stands in the brackets that `opening` opens."""
    starts = [match.end() for match in re.finditer(opening, sql, re.I)]
    return [sql[start : end - 1] for start, end in zip(starts, _ends(sql, opening), strict=False)]


def _split(inner: str) -> list[str]:
    return _flat(inner).split(",")


def look(path: str, source: str) -> list[Found]:
    """Look a module over."""
    told, found = list(literals(ast.parse(source))), []
    abroad = [] if path.startswith("intake/") else [line for line, sql in told if STATEMENT.match(sql)]
    if path in MOVING:
        found = [] if abroad else [Found(path, 1, "has no SQL any more: take it out of MOVING")]
    else:
        found = [Found(path, line, "SQL outside of intake") for line in abroad]
    if path not in OWN:
        found += [Found(path, line, habit) for line, sql in told for habit in habits(sql)]
    return found


def main() -> int:
    """Look the product over; tell what is found, and give the exit code."""
    files = [
        path
        for name in PRODUCT
        for path in ([ROOT / name] if name.endswith(".py") else (ROOT / name).rglob("*.py"))
    ]
    found = [
        one
        for path in sorted(files)
        for one in look(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    ]
    for one in found:
        print(one)
    print(f"SQL of {len(files)} modules: " + (f"{len(found)} habits of one engine" if found else "fine"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

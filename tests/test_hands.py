"""What tests share lies in `tests/hands` and beside the walks: no test module is imported by anything."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent


def imported(path: Path) -> Iterator[str]:
    """Give every module, or name of a module, that a file imports."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{one.name}" for one in node.names)


def test_nothing_imports_a_test_module() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in ROOT.rglob("*.py")
        for name in imported(path)
        if any(part.startswith("test_") for part in name.split("."))
    }
    assert not found

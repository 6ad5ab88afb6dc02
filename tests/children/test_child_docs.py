"""The page on children says what the code says."""

import importlib.util
from pathlib import Path
from types import ModuleType

DOCS = Path(__file__).parents[2] / "docs"


def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("child_tables", DOCS / "child_tables.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_its_tables_are_those_of_the_code() -> None:
    page = (DOCS / "children.md").read_text("utf-8")
    assert tables().written(page) == page, "run docs/child_tables.py"

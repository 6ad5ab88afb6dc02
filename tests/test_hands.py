"""What tests share lies in `tests/hands` and beside the walks: no test module is imported by anything."""

import re
from pathlib import Path

ROOT = Path(__file__).parent
TEST = re.compile(r"^\s*(?:from tests\S* import|import tests\S*|from tests\S*test_\w+).*", re.MULTILINE)


def test_nothing_imports_a_test_module() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {line}"
        for path in ROOT.rglob("*.py")
        for line in TEST.findall(path.read_text("utf-8"))
        if re.search(r"\btest_", line)
    }
    assert not found

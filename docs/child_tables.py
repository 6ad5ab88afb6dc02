"""Write the tables of docs/children.md anew from the code: kinds of fact, sources. Run it after a change of theirs."""

import re
from collections.abc import Iterator
from pathlib import Path

from intake.children.facts.fact_kinds import FACT_KINDS
from intake.children.facts.sources import SOURCES

PAGE = Path(__file__).with_name("children.md")


def kinds_table() -> Iterator[str]:
    """Yield a line for each kind of fact."""
    yield "| kind | | fields | |"
    yield "|---|---|---|---|"
    for key, one in FACT_KINDS.items():
        fields = "、".join(
            f"{field.asked.label} ({field.asked.privacy.value[0]})" for field in one.answers().values()
        )
        how = "several" if one.several else "in the child's row" if one.identity else ""
        yield f"| `{key}` | {one.title} | {fields} | {how} |"


def sources_table() -> Iterator[str]:
    """Yield a line for each source, the heaviest first."""
    yield "| source | | weight |"
    yield "|---|---|---|"
    for key, one in sorted(SOURCES.items(), key=lambda pair: -pair[1].weight):
        yield f"| `{key}` | {one.title} | {one.weight} |"


def written(page: str) -> str:
    """Give a page with its tables as the code has them."""
    for head, table in (("kind", kinds_table), ("source", sources_table)):
        page = re.sub(rf"^\| {head} \|.*\n(?:\|.*\n)*", "\n".join(table()) + "\n", page, flags=re.MULTILINE)
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text("utf-8")), "utf-8")

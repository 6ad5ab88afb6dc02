"""Pages for paper: one HTML file each that needs nothing else, made without an application."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def page(name: str, **facts: Any) -> str:
    """Fill a page of `templates` with facts; texts are escaped."""
    return _pages().get_template(f"{name}.html").render(facts)


@cache
def _pages() -> Environment:
    folder = Path(__file__).parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

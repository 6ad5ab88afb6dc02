"""Numbers under names, as somebody sets them in one line: visit=2 written=10."""

from collections.abc import Mapping


def read_numbers(said: str, standard: Mapping[str, int], allowed: Mapping[str, range]) -> dict[str, int]:
    """Give the standard numbers with what is said in their place. Raises ValueError on any other name or number."""
    found = dict(standard)
    for part in said.replace("，", " ").replace(",", " ").split():
        key, _, number = part.partition("=")
        if key not in standard or not number.isdecimal() or int(number) not in allowed[key]:
            raise ValueError("no such number")
        found[key] = int(number)
    return found

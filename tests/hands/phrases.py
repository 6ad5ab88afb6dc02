"""Messages beside what they mean."""


def table(lines: str) -> list[tuple[str, str]]:
    """Turn lines of `value: message | message` into (message, value); `-` is no value."""
    pairs = (line.strip().split(": ", 1) for line in lines.strip().splitlines())
    return [(said.strip(), value) for value, all_said in pairs for said in all_said.split(" | ")]

"""Regular expressions that are compiled when first used: hundreds of them would cost every command half a second."""

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split")
_made: "list[_Pattern]" = []


class _Pattern:
    """Stands for a compiled expression; its methods are those of the compiled one from the first call on."""

    __slots__ = ("flags", "pattern", *_METHODS)

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def regex(expression: str, flags: int = 0) -> re.Pattern[str]:
    """Give an expression as `re.compile` does, but compiled on first use; for constants of modules.

    What a match knows as its `re` is the compiled one, and so no constant of a module.
    """
    made = _Pattern(expression, flags)
    _made.append(made)
    return cast("re.Pattern[str]", made)


def compile_all() -> None:
    """Compile what was declared so far, so that a server's first message waits for nothing."""
    for made in _made:
        made.search  # noqa: B018 - asking for it compiles

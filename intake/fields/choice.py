"""One or several words of a code list."""

import json
from collections.abc import Sequence
from typing import Any, cast

from marshmallow import ValidationError

from intake import codes
from intake.fields.answer import Answer
from intake.language import spoken, text
from intake.language.patterns import regex

SEPARATORS = regex(r"[、，,;；|/\s]+|和|还有")


class Choice(Answer):
    """One of a code list (by its name) or of a tuple of words."""

    widget = "choice"
    masked_width = 4.4

    def __init__(self, of: str | Sequence[str], **options: Any) -> None:
        self.of = of
        super().__init__(**options)

    def options(self) -> Sequence[str]:
        """Give the words that are valid today."""
        return (
            tuple(one.label for one in codes.codes(self.of, self.today))
            if isinstance(self.of, str)
            else self.of
        )

    def called(self, option: str) -> str:
        """Give the everyday word for an option: 奶奶 for 祖母, where the list has one."""
        found = codes.find(self.of, option) if isinstance(self.of, str) else None
        return found.called if found else option

    def told(self, value: Any) -> str:
        """Give the everyday word."""
        return self.called(self.show(value))

    def _usual_width(self) -> float:
        return min(4.6, max(2.4, max(map(len, self.options())) / 2 + 0.8))

    def find(self, said: str) -> str | None:
        """Find the word that is meant by a code, a label or one of its other names."""
        if isinstance(self.of, str):
            found = codes.find(self.of, said, self.today)
            if found is None and self.of == "yes_no":
                return {True: "是", False: "否", None: None}[spoken.yes_no(said)]
            return found.label if found else None
        meant = text.compact(said)
        return next((word for word in self.of if text.compact(word) == meant), None)

    def read(self, said: str) -> str:
        """Say what can be chosen where nothing fits."""
        found = self.find(said)
        if found is None:
            raise ValidationError(self.refusal())
        return found

    def refusal(self, *, plain: bool = False) -> str:
        """Say what can be chosen; `plain`, in everyday words."""
        words = [self.called(one) for one in self.options()] if plain else self.options()
        shown = "、".join(words[:12]) + (" 等" if len(words) > 12 else "")
        return f"请从这些里选：{shown}。"


class Choices(Choice):
    """Several of a code list, kept as a JSON list without repetition, in the order of the list."""

    widget = "choices"
    open_width = 5.4

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> list[str]:
        if isinstance(value, str):
            whole = self.find(value)
            said: list[Any] = [whole] if whole else [word for word in SEPARATORS.split(value) if word]
        elif isinstance(value, list | tuple) and len(value) <= 30:
            said = list(value)
        else:
            raise ValidationError(self.refusal())
        if not said or any(not isinstance(word, str) or self.find(word) is None for word in said):
            raise ValidationError(self.refusal())
        chosen = {self.find(word) for word in said}
        return [word for word in self.options() if word in chosen]

    def show(self, value: list[str]) -> str:
        """Join with 、."""
        return "、".join(value)

    def told(self, value: list[str]) -> str:
        """Join the everyday words with 、."""
        return "、".join(map(self.called, value))

    def keep(self, value: list[str]) -> str:
        """Keep as JSON."""
        return json.dumps(value, ensure_ascii=False)

    def recall(self, cell: str) -> Any:
        """Read the JSON."""
        return json.loads(cell)


class Grade(Answer):
    """一年级 … 九年级, from every spelling."""

    widget = "choice"
    open_width = 3.2
    problem = "请写一年级到九年级中的一个，例如：三年级、初一。"

    def options(self) -> Sequence[str]:
        """Give the nine grades."""
        return tuple(one.label for one in codes.codes("grade"))

    def read(self, said: str) -> str:
        """Read 三年级, 3, 小三, 初一."""
        return cast(str, self._spoken(spoken.grade(said)))

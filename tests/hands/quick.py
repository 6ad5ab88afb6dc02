"""What applications of one run share, so that each test can have its own at a tenth of the price."""

from types import CodeType
from typing import Any, ClassVar

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Map, Rule, RuleFactory


class Templates(BytecodeCache):
    """Templates compiled once, known by their source."""

    def __init__(self) -> None:
        self._kept: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled."""
        bucket.code = self._kept.get(bucket.key + bucket.checksum)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key + bucket.checksum] = bucket.code


class Addresses(Map):
    """Addresses bound when one is first looked for; an application with the very same ones shares them."""

    _kept: ClassVar[dict[tuple[object, ...], Map]] = {}

    def __init__(self, *args: Any, **named: Any) -> None:
        self._waiting: list[RuleFactory] = []
        super().__init__(*args, **named)

    def add(self, rulefactory: RuleFactory) -> None:
        """Take an address, unbound."""
        self._waiting.append(rulefactory)
        self._remap = True

    def update(self) -> None:
        """Bind what is new: by itself where something is bound already, or else as another application did."""
        if not self._remap:
            return
        if self._rules_by_endpoint:
            self._bind()
            return
        key = (self.host_matching, frozenset(self.converters.items()), *map(_declared, self._waiting))
        if key not in self._kept:
            self._bind()
            self._kept[key] = self
            return
        self._matcher = self._kept[key]._matcher
        self._rules_by_endpoint = self._kept[key]._rules_by_endpoint
        self._waiting, self._remap = [], False

    def _bind(self) -> None:
        for one in self._waiting:
            super().add(one)
        self._waiting = []
        super().update()


def _declared(rule: RuleFactory) -> object:
    """Give what makes an address what it is: all that a declaration can say but for the map's own ways."""
    if not isinstance(rule, Rule):
        return id(rule)
    return (
        rule.rule, rule.endpoint, frozenset(rule.methods or ()), tuple((rule.defaults or {}).items()),
        rule.strict_slashes, rule.build_only, rule.redirect_to, rule.alias, rule.host, rule.subdomain,
    )  # fmt: skip

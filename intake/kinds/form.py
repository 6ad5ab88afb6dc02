"""How an answer sheet is read: normalised, checked, freed of what became irrelevant; the same for every kind."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, ClassVar, cast

from marshmallow import RAISE, Schema, ValidationError, validates_schema
from marshmallow.schema import SchemaMeta

from intake import fields
from intake.errors import Invalid
from intake.fields.asked import Asked
from intake.kinds import filled
from intake.kinds.reading import parents
from intake.kinds.reading.rough_days import ROUGH, about, note_rough_days
from intake.kinds.statuses import RECEIVED, Status
from intake.language import text
from intake.places.world import World

Answers = dict[str, Any]
GROUPS = ("孩子", "情况", "父母", "联系人")


class _Declared(SchemaMeta):
    """Refuses, at import, a field that does not say how private it is."""

    def __init__(self, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> None:
        super().__init__(name, bases, attrs)  # type: ignore[no-untyped-call]
        for key, declared in cast(type[Schema], self)._declared_fields.items():
            if not isinstance(declared, fields.Answer):
                raise TypeError(f"{name}.{key} needs one of the field types of intake.fields")
            if not isinstance(declared.metadata.get("asked"), Asked):
                raise TypeError(f"{name}.{key} needs metadata=asked(…) with its privacy level")


CONFIDE = "不想让学校和镇街知道是我说的"
"""What a reporter asks for who wants to stay unnamed."""
CONFIDED = (
    "已经按您说的保密：学校和镇街不会知道是您说的，只有教育局负责的人知道。"
    "要是这事只有很少的人知道，别人也可能猜到，这个我们管不了。"
)
"""What is said of it with the receipt."""


class Form(Schema, metaclass=_Declared):
    """A declared set of questions, and how answers to them are taken.

    A kind declares `kind`, `title`, `about` and its fields; everything that asks, keeps or shows
    reports is derived from that. Answers are JSON values in canonical form: dates as ISO text,
    numbers as numbers, several choices as a list; a canonical value is always accepted as input.
    """

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 - as marshmallow declares it
        "unknown": "没有这一项，请去掉。",
        "type": "要写成一组名称和值。",
    }

    kind: ClassVar[str] = ""
    title: ClassVar[str] = ""
    about: ClassVar[str] = ""
    ledger: ClassVar[str] = ""
    """Title of its sheet, where it differs from the title."""
    filled_by_staff: ClassVar[Mapping[str, fields.Answer]] = {
        "result": filled.RESULT,
        "handled_by": filled.HANDLED_BY,
        "remark": filled.REMARK,
    }
    """Columns of its ledger, by key, that staff fill in and send back."""
    opening: ClassVar[Status] = RECEIVED
    """How a report of this kind is received."""
    promise: ClassVar[str] = "{who}会在 5 个工作日内处理。"
    """What happens next and by when, told with the receipt; `who` is who has the report."""
    handlers: ClassVar[str] = "工作人员"
    """Who that usually is, said of the kind as such."""
    essential: ClassVar[Collection[str]] = ()
    """Where not empty: the only answers that the chat insists on."""
    foremost: ClassVar[Collection[str]] = ()
    """Where not empty: the questions that a parent's page shows, in this order; all others stand behind 更多."""
    when_unknown: ClassVar[Mapping[str, str]] = {}
    """What is entered where a reporter does not know; shown in the read-back like any answer."""
    insists: ClassVar[Collection[str]] = ()
    """Optional answers that the chat asks for all the same, since nobody can act without them."""
    urgent: ClassVar[str] = ""
    """What to do at once, said before the first question."""
    confides: ClassVar[bool] = False
    """Whether a reporter may ask that school, town and village do not learn who it is."""
    photos: ClassVar[int] = 0
    """How many pictures a page takes with a report, after it was sent."""

    def __init__(self, world: World) -> None:
        self.world = world
        super().__init__()

    @classmethod
    @cache
    def answers(cls) -> dict[str, fields.Answer]:
        """Give the fields by key, in the order of asking: the child, the kind's own, the contact."""
        every = cast(dict[str, fields.Answer], cls._declared_fields)
        return dict(sorted(every.items(), key=lambda one: GROUPS.index(one[1].asked.group)))

    def field(self, key: str) -> fields.Answer:
        """Give the field of a key, bound to this schema's world."""
        return cast(fields.Answer, self.fields[key])

    def accept(
        self,
        raw: Mapping[str, Any],
        channel: str = "api",
        waived: Collection[str] = (),
        before: Mapping[str, Any] | None = None,
    ) -> Answers:
        """Turn what was said into canonical answers.

        Keys of `raw` are those of the declaration; blanks count as not said; answers to questions
        that other answers, or those taken `before`, made irrelevant are dropped; `waived` ones may be
        missing, and so may what was answered with 不知道 where somebody may say so. Raises Invalid.
        """
        said = self.settled(note_rough_days(self, self.said(raw), before or {}), before or {})
        said, left_open = parents.part_unknown(self, said) if channel in parents.FACES else (said, set())
        skip = self.irrelevant({**(before or {}), **said})
        optional = skip | self.excused(channel, said) | set(waived) | left_open
        try:
            loaded = cast(
                Answers, self.load({k: v for k, v in said.items() if k not in skip}, partial=optional)
            )
            errors: dict[str, list[str]] = {}
        except ValidationError as error:
            errors = _flat(error.messages)
        for key in self.demanded(channel) - said.keys() - optional:
            errors.setdefault(key, [f"请填写{self.field(key).asked.label}。"])
        if errors:
            raise Invalid(
                parents.in_their_words(self, errors, channel) if channel in parents.FACES else errors
            )
        return loaded

    def unverified(self, answers: Mapping[str, Any]) -> list[str]:
        """Give the keys of what must be known and was left empty, in the order of asking: 待核实."""
        there = self.irrelevant(answers) | {key for key, value in answers.items() if value is not None}
        return [key for key, one in self.answers().items() if one.required and key not in there]

    def correct(self, old: Mapping[str, Any], changes: Mapping[str, Any], channel: str = "api") -> Answers:
        """Put corrections into answers that were taken before; only the corrections are read again.

        Raises Invalid.
        """
        new = {**old, **self.accept(changes, channel, waived=self.fields, before=old)}
        try:
            self.agree(new)
        except ValidationError as error:
            raise Invalid(_flat(error.messages)) from None
        skip = self.irrelevant(new)
        return {key: value for key, value in new.items() if key not in skip}

    def check(self, key: str, raw: Any, answers: Mapping[str, Any]) -> Answers:
        """Read one answer in the light of earlier ones; give all that it tells (town and village, say).

        Raises Invalid with the errors of that key alone.
        """
        said = self.settled(note_rough_days(self, self.said({**answers, key: raw}), {}), {})
        try:
            loaded = cast(Answers, self.load(said, partial=True))
        except ValidationError as error:
            errors = _flat(error.messages)
            raise Invalid(
                {key: errors.get(key) or [one for texts in errors.values() for one in texts]}
            ) from None
        return {k: v for k, v in loaded.items() if answers.get(k) != v}

    def irrelevant(self, said: Mapping[str, Any]) -> set[str]:
        """Give the keys whose condition the answers do not meet (equality only, in order of asking)."""
        skip: set[str] = set()
        for key, when in self.conditions().items():
            if not any(
                word in words
                for cause, words in when.items()
                if cause in said and cause not in skip
                for word in self.words_of(cause, said[cause])
            ):
                skip.add(key)
        return skip

    @classmethod
    @cache
    def conditions(cls) -> dict[str, Mapping[str, Collection[str]]]:
        """Give the conditions of the questions that have one, in the order of asking."""
        return {key: one.asked.when for key, one in cls.answers().items() if one.asked.when}

    @classmethod
    @cache
    def demanded(cls, channel: str) -> frozenset[str]:
        """Give the optional keys that a channel must answer nevertheless."""
        return frozenset(key for key, one in cls.answers().items() if channel in one.asked.required_from)

    def excused(self, channel: str, said: Mapping[str, Any]) -> set[str]:
        """Give the required keys that a channel need not answer, after what was said so far."""
        if channel != "wechat" or not self.essential:
            return set()
        return {key for key, one in self.answers().items() if one.required and key not in self.essential}

    def status(self, answers: Mapping[str, Any]) -> Status:
        """Give the status in which a report with these answers begins."""
        return self.opening

    def restricts(self, answers: Mapping[str, Any]) -> bool:
        """Tell whether a report with these answers is for the bureau's officer of safety alone."""
        return False

    @classmethod
    def promised(cls, who: str = "") -> str:
        """Say what happens next and by when, where somebody has a report; what usually does where nobody is named."""
        return cls.promise.format(who=who or cls.handlers)

    def doubts(self, said: Mapping[str, Any]) -> dict[str, str]:
        """Give, by key, what somebody should look at once more in answers that are taken all the same."""
        found = {
            key: one.doubt(one.value_of(said[key]))
            for key, one in self.answers().items()
            if one.doubts and isinstance(said.get(key), str)
        }
        return {key: doubt for key, doubt in found.items() if doubt}

    def shown(self, answers: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Give (key, label, value as a person reads it) of what was answered, in the order of asking."""
        return [
            (key, one.asked.label, self.show(key, answers))
            for key, one in self.answers().items()
            if answers.get(key) is not None and not key.endswith(ROUGH)
        ]

    def show(self, key: str, answers: Mapping[str, Any]) -> str:
        """Give one of the answers as a person reads it: 大约2026-11-18 where nobody counted."""
        return f"{about(key, answers)}{self.field(key).show(answers[key])}"

    def told(self, answers: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Give (key, label, value) of what was answered, each in a parent's words."""
        return [
            (key, one.asked.called, f"{about(key, answers)}{self.field(key).told(answers[key])}")
            for key, one in self.answers().items()
            if answers.get(key) is not None and not key.endswith(ROUGH)
        ]

    def said(self, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Normalise input at the door: full-width letters, blanks, lists of one from a browser."""
        clean: dict[str, Any] = {}
        for key, value in raw.items():
            if isinstance(value, list | tuple):
                value = [text.normalise(one) if isinstance(one, str) else one for one in value]
                value = [one for one in value if one not in ("", None)]
                if len(value) < 2 and not isinstance(self.fields.get(key), fields.Choices):
                    value = value[0] if value else None
            elif isinstance(value, str):
                value = text.normalise(value)
            if value not in ("", None, []):
                clean[key] = value
        return clean

    def told_in_words(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Give answers that a page did not ask for and that its free words tell; a kind says which."""
        return {}

    def settled(self, said: dict[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
        """Give what was said as the fields can read it; a kind says what becomes of words that are no answer."""
        return said

    def words_of(self, key: str, value: Any) -> Iterable[str]:
        """Give the words of a list that an answer to a question means; nothing where it is none."""
        try:
            canonical = self.field(key).deserialize(value)
        except ValidationError:
            return ()
        return canonical if isinstance(canonical, list) else (canonical,)

    def on_bind_field(self, field_name: str, field_obj: Any) -> None:
        """Say in the field's own words that it is missing."""
        verb = "请选择" if field_obj.widget in ("choice", "choices") else "请填写"
        missing = f"{verb}{field_obj.asked.label}。"
        field_obj.error_messages = {**field_obj.error_messages, "required": missing, "null": missing}

    @validates_schema(skip_on_field_errors=False)
    def agree(self, answers: Answers, **_: Any) -> None:
        """Check what several answers say together; a kind adds its own rules."""


def _flat(messages: Any) -> dict[str, list[str]]:
    """Turn marshmallow's messages into key → sentences."""
    flat: dict[str, list[str]] = {}
    for key, value in messages.items():
        texts = value if isinstance(value, list) else [str(one) for one in value.values()]
        flat[str(key)] = [str(one) for one in texts]
    return flat

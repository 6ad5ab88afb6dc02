"""What every kind of report is made of: the child, the contact, and the rules of reading an answer sheet."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, cast

from marshmallow import RAISE, Schema, ValidationError, post_load, pre_load, validates_schema
from marshmallow.schema import SchemaMeta

from intake import fields, identity, text
from intake.asked import Asked, asked
from intake.places import Places
from intake.privacy import Privacy

Answers = dict[str, Any]
TEACHERS = ("teacher", "proxy")
GROUPS = ("孩子", "情况", "联系人")
CITIZEN = "居民身份证"


class Invalid(Exception):
    """Answers that cannot be taken: `errors` maps each key to Chinese sentences saying what to do."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(f"{len(errors)} answers cannot be taken")  # never the answers themselves
        self.errors = dict(errors)


@dataclass(frozen=True)
class World:
    """What a declaration needs to know of the world: the places, and the local time."""

    places: Places
    now: Callable[[], datetime]


class _Declared(SchemaMeta):
    """Refuses, at import, a field that does not say how private it is."""

    def __init__(self, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> None:
        super().__init__(name, bases, attrs)  # type: ignore[no-untyped-call]
        for key, declared in cast(type[Schema], self)._declared_fields.items():
            if not isinstance(declared, fields.Answer):
                raise TypeError(f"{name}.{key} needs one of the field types of intake.fields")
            if not isinstance(declared.metadata.get("asked"), Asked):
                raise TypeError(f"{name}.{key} needs metadata=asked(…) with its privacy level")


class Report(Schema, metaclass=_Declared):
    """The base of all kinds: the child, the contact, and how answers are taken.

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
    filled_by_staff: ClassVar[Sequence[str]] = ("处理结果", "经办人", "备注")
    """Columns of its sheet that staff fill and send back."""
    opening: ClassVar[str] = "待处理"
    """The status of a report that has just been received."""
    promise: ClassVar[str] = "工作人员会在 5 个工作日内处理。"
    """What happens next and by when, told with the receipt."""
    essential: ClassVar[Collection[str]] = ()
    """Where not empty: the only answers that the chat insists on."""
    urgent: ClassVar[str] = ""
    """What to do at once, said before the first question."""

    child_name = fields.Name(
        required=True,
        metadata=asked("姓名", privacy=Privacy.PERSONAL, group="孩子", prompt="孩子叫什么名字？"),
    )
    id_type = fields.Choice(
        "id_type",
        metadata=asked("身份证件类型", privacy=Privacy.OPEN, group="孩子", prompt="用的是哪种证件？",
                       hint="不填就是居民身份证"),
    )  # fmt: skip
    id_number = fields.IdNumber(
        metadata=asked("身份证件号", privacy=Privacy.SENSITIVE, group="孩子", prompt="孩子的身份证号是多少？",
                       hint="户口本上有"),
    )  # fmt: skip
    sex = fields.Choice(
        "sex",
        metadata=asked("性别", privacy=Privacy.OPEN, group="孩子", prompt="孩子是男孩还是女孩？"),
    )
    birth_date = fields.Birth(
        metadata=asked("出生日期", privacy=Privacy.PERSONAL, group="孩子", prompt="孩子是哪年哪月哪天出生的？",
                       hint="例如：2015年3月8日"),
    )  # fmt: skip
    school = fields.School(
        metadata=asked("学校", privacy=Privacy.OPEN, group="孩子", prompt="孩子在哪个学校？", chat=True,
                       hint="写学校名称", required_from=TEACHERS),
    )  # fmt: skip
    grade = fields.Grade(
        metadata=asked("年级", privacy=Privacy.OPEN, group="孩子", prompt="孩子上几年级？", chat=True,
                       hint="例如：三年级、初一"),
    )  # fmt: skip
    class_name = fields.ClassName(
        metadata=asked("班级", privacy=Privacy.OPEN, group="孩子", prompt="在几班？", hint="例如：2班"),
    )
    town = fields.Town(
        required=True,
        metadata=asked("镇街", privacy=Privacy.OPEN, group="孩子", prompt="孩子住在哪个镇或街道？",
                       hint="村名也可以一起写"),
    )  # fmt: skip
    village = fields.Village(
        metadata=asked("村(社区)", privacy=Privacy.PERSONAL, group="孩子", prompt="是哪个村或社区？"),
    )
    guardian_name = fields.Name(
        metadata=asked("监护人", privacy=Privacy.PERSONAL, group="联系人", prompt="监护人叫什么名字？",
                       hint="平时照管孩子的大人"),
    )  # fmt: skip
    relation = fields.Choice(
        "relation",
        required=True,
        metadata=asked("报告人与学生关系", privacy=Privacy.OPEN, group="联系人", prompt="您是孩子的什么人？"),
    )
    phone = fields.Phone(
        required=True,
        metadata=asked("联系电话", privacy=Privacy.PERSONAL, group="联系人", prompt="您的电话号码是多少？",
                       hint="手机，或带区号的座机"),
    )  # fmt: skip

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

    def accept(self, raw: Mapping[str, Any], channel: str = "api", waived: Collection[str] = ()) -> Answers:
        """Turn what was said into canonical answers.

        Keys of `raw` are those of the declaration; blanks count as not said; answers to questions
        that other answers made irrelevant are dropped; `waived` ones may be missing. Raises Invalid.
        """
        said = self.said(raw)
        skip = self.irrelevant(said)
        optional = skip | self.excused(channel) | set(waived)
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
            raise Invalid(errors)
        return loaded

    def correct(self, old: Mapping[str, Any], changes: Mapping[str, Any], channel: str = "api") -> Answers:
        """Put corrections into answers that were taken before; only the corrections are read again.

        Raises Invalid.
        """
        new = {**old, **self.accept(changes, channel, waived=self.fields)}
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
        said = self.said({**answers, key: raw})
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
                for word in self._words(cause, said[cause])
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

    def excused(self, channel: str) -> set[str]:
        """Give the required keys that a channel need not answer."""
        if channel != "wechat" or not self.essential:
            return set()
        return {key for key, one in self.answers().items() if one.required and key not in self.essential}

    def status(self, answers: Mapping[str, Any]) -> str:
        """Give the status in which a report with these answers begins."""
        return self.opening

    def shown(self, answers: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Give (key, label, value as a person reads it) of what was answered, in the order of asking."""
        return [
            (key, one.asked.label, self.field(key).show(answers[key]))
            for key, one in self.answers().items()
            if answers.get(key) is not None
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

    def _words(self, key: str, value: Any) -> Iterable[str]:
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

    @pre_load
    def one_address(self, said: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Hear the village in 石人镇大石棚村 said where the town was asked, and the town in a village."""
        places, told = self.world.places, {key: str(said[key]) for key in ("town", "village") if key in said}
        town = places.town(told["town"]).place if "town" in told else None
        words = told.get("village") or (told["town"] if town and len(told["town"]) > len(town.name) else "")
        village = places.village(words, town.code if town else None).place if words else None
        if village is None or (town is None and "town" in said):
            return said
        return {**said, "village": village.code, "town": said.get("town", village.town)}

    @validates_schema(skip_on_field_errors=False)
    def agree(self, answers: Answers, **_: Any) -> None:
        """Check what several answers say together: number and document, birth date, sex; town and village."""
        errors: dict[str, list[str]] = {}
        number = answers.get("id_number")
        if number and answers.get("id_type", CITIZEN) == CITIZEN:
            try:
                holder = identity.citizen(number, self.world.now().date())
            except ValueError as error:
                errors["id_number"] = [str(error)]
            else:
                for key, derived in (("birth_date", holder.birth_date.isoformat()), ("sex", holder.sex)):
                    if answers.get(key, derived) != derived:
                        label = self.field(key).asked.label
                        errors.setdefault("id_number", []).append(f"身份证号和填写的{label}对不上，请核对。")
                        errors[key] = [f"{label}和身份证号对不上，请核对。"]
        village, town = answers.get("village"), answers.get("town")
        if village and town and not village.startswith(town):
            place = self.world.places.full_name(village)
            errors["village"] = [f"{place}不在您选的镇街，请核对。"]
        if errors:
            raise ValidationError(cast(Any, errors))

    @post_load
    def derive(self, answers: Answers, **_: Any) -> Answers:
        """Take sex and birth date from the citizen number; drop what is null."""
        number = answers.get("id_number")
        if number and answers.get("id_type", CITIZEN) == CITIZEN:
            holder = identity.citizen(number, self.world.now().date())
            derived = {"id_type": CITIZEN, "sex": holder.sex, "birth_date": holder.birth_date.isoformat()}
            answers = {**derived, **answers}
        return answers


def _flat(messages: Any) -> dict[str, list[str]]:
    """Turn marshmallow's messages into key → sentences."""
    flat: dict[str, list[str]] = {}
    for key, value in messages.items():
        texts = value if isinstance(value, list) else [str(one) for one in value.values()]
        flat[str(key)] = [str(one) for one in texts]
    return flat

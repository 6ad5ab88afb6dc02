"""Towns, villages and schools: lookups that accept what people write and say which they mean."""

from collections.abc import Sequence

from marshmallow import ValidationError

from intake.fields.answer import Answer
from intake.fields.privacy import Masks
from intake.language.patterns import regex
from intake.places.places import FoundPlace

OTHER = regex(r"(其他|其它|别的|都不是)[\s：:，,]*")


class _PlaceField(Answer):
    """A place of the gazetteer, kept as its code."""

    what = "地方"

    def show(self, value: str) -> str:
        """Give the name."""
        return self.world.places.name(value)

    def mask(self, value: str, masks: Masks = Masks.USUAL) -> str:
        """Show it: an address may be told down to the village."""
        return self.show(value)

    def _meant(self, found: FoundPlace, otherwise: str = "") -> str | None:
        if found.place:
            return found.place.code
        if found.candidates:
            names = "、".join(self.world.places.full_name(one.code) for one in found.candidates)
            raise ValidationError(f"您说的是哪一个：{names}？请写全名。{otherwise}")
        return None


class Town(_PlaceField):
    """A town or street of the district, kept as its 9-digit code."""

    widget = "choice"
    autocomplete = "address-level3"
    open_width = 4.2

    def options(self) -> Sequence[str]:
        """Give the towns' names."""
        return tuple(town.name for town in self.world.places.towns())

    def read(self, said: str) -> str:
        """Accept 石人, 石人镇, 石人镇大石棚村."""
        code = self._meant(self.world.places.town(said))
        if code is None:
            raise ValidationError(f"没有这个镇街。请从这些里选：{'、'.join(self.options())}。")
        return code


class Village(_PlaceField):
    """A village or community of the district, kept as its 12-digit code."""

    autocomplete = "address-level4"
    open_width = 5.0

    def suggestions(self) -> Sequence[str]:
        """Give the villages with their towns, since some names occur twice."""
        places = self.world.places
        return tuple(places.full_name(one.code) for one in places.villages())

    def read(self, said: str) -> str:
        """Accept 大石棚, 大石棚村, 石人镇大石棚村."""
        code = self._meant(self.world.places.village(said))
        if code is None:
            raise ValidationError("没有找到这个村或社区，请写全名；不清楚可以不填。")
        return code


class School(_PlaceField):
    """A school: the code of one on the bureau's list, or the name as said of one that is not on it."""

    longest = 40
    autocomplete = "organization"
    open_width = 6.6

    def suggestions(self) -> Sequence[str]:
        """Give the names on the bureau's list."""
        return tuple(one.name for one in self.world.places.schools())

    def find(self, said: str) -> str | None:
        """Give the code of a school on the bureau's list."""
        found = self.world.places.school(said)
        return found.place.code if found.place else None

    def read(self, said: str) -> str:
        """Say which are meant where several fit; keep the name of one that is nowhere on the list.

        其他 before a name says that none of the candidates is meant.
        """
        other = OTHER.match(said)
        name = said[other.end() :] if other else said
        found = FoundPlace(None) if other else self.world.places.school(said)
        code = self._meant(found, "都不是，就在校名前面写“其他”，例如：其他 第一小学。")
        if code is None and (len(name) < 2 or name.isascii()):
            raise ValidationError("请写学校名称，例如：石人镇中心小学。")
        return code or name

"""Towns, villages and schools: from what people write to the one place meant, never by a silent guess.

Every place is entered under all the words it goes by, plainest first (tiers); what was said is then a few
dictionary look-ups. Slips of sound and shape are folded away by a table; rapidfuzz sees only what is left.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from intake import codes
from intake.language import text
from intake.places.place_words import (
    DISTRICT_WORDS,
    FOLD,
    GENERIC,
    KIND,
    LONGEST,
    MOST,
    NOTHING,
    TOWN_ENDS,
    VILLAGE_ENDS,
    FoundPlace,
    Place,
    Tier,
    all_hits,
    as_found,
    as_key,
    both,
    canonical,
    choose,
    cut,
    division_words,
    elsewhere,
    folded,
    forms,
    gather,
    heard,
    listed,
    school_kind,
    school_words,
    within,
)

__all__ = ["MOST", "FoundPlace", "Place", "Places", "divisions"]


class Places:
    """The known places, indexed once; every look-up takes what a person wrote."""

    def __init__(self, places: Iterable[Place], former: Iterable[tuple[str, str, str]] = ()) -> None:
        """Index them; `former` are schools that became a part of others: code, name, code of the one that has them."""
        every = tuple(places)
        self._levels = {
            level: tuple(one for one in every if one.level == level)
            for level in ("town", "village", "school")
        }
        self._codes = {f"{town.code}000": town for town in self.towns()} | {one.code: one for one in every}
        self._former: dict[str, str] = {}
        for code, name, into in former:
            if into in self._codes:
                self._former[code], self._codes[code] = name, self._codes[into]
        self._indexes: dict[str, tuple[Tier, Tier]] = {}
        self._folded: dict[str, Tier] = {}
        self._cores: dict[str, Tier] = {}
        for level, ends in (("town", TOWN_ENDS), ("village", VILLAGE_ENDS)):
            words = [(one, *division_words(one, ends)) for one in self._levels[level]]
            names = gather((word, one) for one, first, _ in words for word in first)
            variants = gather((word, one) for one, _, second in words for word in second)
            self._indexes[level] = names, variants
            both = [(word.translate(FOLD), one) for one, first, second in words for word in first | second]
            self._folded[level] = gather(both)
            self._cores[level] = gather(
                (cut(as_key(name), ends).translate(FOLD), one)
                for one in self._levels[level]
                for name in (one.name, *one.aliases)
            )
        self._fronts = {**self._indexes["town"][1], **self._indexes["town"][0]}
        self._front = self._starts(self._fronts)
        self._index_schools()

    @staticmethod
    def _starts(words: Iterable[str]) -> re.Pattern[str]:
        # The longest first, or 大石人镇 would never be read past 大石人.
        return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or "(?!)")

    def _index_schools(self) -> None:
        own = {
            town.code: self._starts(word for word, towns in self._fronts.items() if town in towns)
            for town in self.towns()
        }
        tiers: list[list[tuple[str, Place]]] = [[] for _ in range(6)]
        cores: list[tuple[str, Place]] = []
        for school in self.schools():
            for name in (school.name, school.code, *school.aliases):
                _, campus, words = school_words(name, own.get(school.town, re.compile("(?!)")))
                for tier, keys in zip(tiers, (*words[:4], words[4] | {campus}, words[5]), strict=True):
                    tier.extend((key, school) for key in keys if key not in GENERIC)
                cores.extend((KIND.sub("", key).translate(FOLD), school) for key in words[5] - GENERIC)
        self._school_tiers = tuple(map(gather, tiers))
        self._folded["school"] = gather(
            (word.translate(FOLD), one) for tier in tiers[:4] for word, one in tier
        )
        self._cores["school"] = gather(cores)

    def get(self, code: str) -> Place | None:
        """Give the place of a code (a town's also with its three zeros), or None; of a former school the one that has it."""
        return self._codes.get(code)

    def name(self, code: str) -> str:
        """Give the name of a place, of a former school its own; the code itself where it is unknown."""
        if code in self._former:
            return self._former[code]
        place = self.get(code)
        return place.name if place else code

    def full_name(self, code: str) -> str:
        """Give 石人镇大石棚子村 for a village, else the name."""
        place = self.get(code)
        if place and place.level == "village" and (town := self.get(place.town)):
            return town.name + place.name
        return self.name(code)

    def towns(self) -> tuple[Place, ...]:
        """List the towns and streets in the order given."""
        return self._levels["town"]

    def villages(self, town: str | None = None) -> tuple[Place, ...]:
        """List the villages and communities, of one town where its 9-digit code is given."""
        return tuple(one for one in self._levels["village"] if town in (None, one.town))

    def schools(self, town: str | None = None) -> tuple[Place, ...]:
        """List the schools, of one town where its 9-digit code is given."""
        return tuple(one for one in self._levels["school"] if town in (None, one.town))

    @lru_cache(maxsize=4096)  # noqa: B019 - few gazetteers, and the same places all day
    def town(self, said: str) -> FoundPlace:
        """Find the town that is meant by its own name or by a village's."""
        key = as_key(said)
        if (one := self._codes.get(key)) and one.level != "school":
            return self._towns_of((one,))
        for level in ("town", "village"):
            if hits := listed(choose(self._indexes[level], forms(key))):
                return self._towns_of(hits)
        found = choose((self._folded["town"],), folded(key))
        if found != NOTHING:
            return heard(found, key)
        if front := self._split(key):
            towns, rest, full = front
            hits = listed(self._village_in(rest, towns[0].code))
            if any(one.town == towns[0].code for one in hits) or (full and not hits):
                return as_found(towns)
            return FoundPlace(None, (*towns, *listed(self._towns_of(hits)))[:MOST])
        if elsewhere(key):
            return NOTHING
        *_, form = forms(key)
        if form in DISTRICT_WORDS:
            return FoundPlace(None, tuple(one for one in self.towns() if cut(one.name, TOWN_ENDS) == form))
        near = self._near("town", cut(form, TOWN_ENDS))
        near = self._village_like(key, None) if near == NOTHING else near
        return self._towns_of(listed(near), sure=near.place is not None)

    @lru_cache(maxsize=4096)  # noqa: B019 - few gazetteers, and the same places all day
    def village(self, said: str, town: str | None = None) -> FoundPlace:
        """Find the village that is meant; one of another town than the given is only ever a candidate."""
        key, town = as_key(said), town or None
        if (one := self._codes.get(key)) and one.level == "village":
            return FoundPlace(one) if town in (None, one.town) else FoundPlace(None, (one,))
        found = choose(self._indexes["village"], forms(key), town)
        if key not in self._indexes["village"][0] and any(form in self._fronts for form in forms(key)):
            # 大石人 alone is the town, unless the town is known and a village is asked for.
            return found if town else FoundPlace(None, listed(found))
        if found != NOTHING:
            return found
        if front := self._split(key):
            towns, rest, _ = front
            found = self._village_in(rest, towns[0].code)
            return FoundPlace(None, listed(found)) if town not in (None, towns[0].code) else found
        return NOTHING if elsewhere(key) else self._village_like(key, town)

    def _village_in(self, rest: str, town: str) -> FoundPlace:
        found = choose(self._indexes["village"], forms(rest), town)
        return self._village_like(rest, town) if found == NOTHING else found

    def _village_like(self, key: str, town: str | None) -> FoundPlace:
        found = choose((self._folded["village"],), folded(key), town)
        if found != NOTHING:
            return heard(found, key)
        *_, form = forms(key)
        return self._near("village", cut(form, VILLAGE_ENDS), town)

    @lru_cache(maxsize=4096)  # noqa: B019 - few gazetteers, and the same places all day
    def school(self, said: str, town: str | None = None) -> FoundPlace:
        """Find the school that is meant; `town` decides where several fit, as children cross town borders."""
        if (one := self._codes.get(as_key(said))) and one.level == "school":
            return FoundPlace(one)
        name = text.compact(said[:LONGEST]).casefold()
        if hits := self._school_tiers[0].get(as_key(said)):
            return within(hits, town)
        form = name
        for form in forms(name):
            front, campus, words = school_words(form, self._front)
            where = self._fronts[front][0].code if front else town
            tiers = list(zip(self._school_tiers, words, strict=True))
            # 一小 in 湾沟 is 湾沟镇第一小学 as likely as the district's 第一小学.
            local = tuple(one for one in all_hits(tiers[4:]) if one.town == where)
            for depth, tier in enumerate(tiers):
                if hits := all_hits([tier]):
                    at_home = not where or any(one.town == where for one in hits)
                    # An unknown campus, or a school without its town's name in front, may be another school.
                    doubtful = (campus and depth > 1) or (not at_home and (depth > 3 or local))
                    return FoundPlace(None, both(local, hits)) if doubtful else within(hits, where)
        return NOTHING if elsewhere(name) else self._school_like(form, town)

    def _school_like(self, form: str, town: str | None) -> FoundPlace:
        front, _, words = school_words(form, self._front)
        where = self._fronts[front][0].code if front else town
        if hits := all_hits([(self._folded["school"], {key.translate(FOLD) for key in words[3]})]):
            return within(hits, where)
        if (key := as_key(form)) in self._fronts:
            here = self.schools(self._fronts[key][0].code)
            return FoundPlace(None, here if len(here) <= MOST else ())
        (bare,) = words[5]
        kind = match[0] if (match := KIND.search(bare)) else ""
        if not kind and (hits_at := self._cores["school"].get(bare.translate(FOLD))):
            return FoundPlace(None, listed(within(hits_at, where)))
        found = self._near("school", KIND.sub("", bare), where)
        # 红星中学 is no slip of 红旗小学.
        alike = tuple(one for one in listed(found) if school_kind(canonical(one.name)).endswith(kind))
        return found if found.place in alike else FoundPlace(None, alike)

    def _split(self, key: str) -> tuple[tuple[Place, ...], str, bool] | None:
        """Take a town's name off the front: the towns of that name, the rest, whether it was said with 镇."""
        for form in forms(key):
            if (match := self._front.match(form)) and match[0]:
                return self._fronts[match[0]], form[match.end() :], match[0].endswith(TOWN_ENDS)
        return None

    def _towns_of(self, places: Iterable[Place], *, sure: bool = True) -> FoundPlace:
        towns = tuple(dict.fromkeys(town for one in places if (town := self._codes.get(one.town))))
        return as_found(towns) if sure else FoundPlace(None, towns[:MOST])

    def _near(self, level: str, said: str, town: str | None = None) -> FoundPlace:
        """Find names a slip away: sure only of a long one without rival; two characters are too few."""
        if not 3 <= len(said) <= 16:
            return NOTHING
        tier = self._cores[level]
        close = process.extract(
            said.translate(FOLD),
            list(tier),
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=0.6,
            limit=MOST,
        )
        hits = tuple(dict.fromkeys(one for word, _, _ in close for one in tier[word]))
        found = within(hits, town)
        alone = len(close) == 1 or (len(close) > 1 and close[1][1] <= close[0][1] - 0.12)
        sure = alone and close[0][1] >= 0.75 and len(tier[close[0][0]]) == 1 and town in (None, hits[0].town)
        return FoundPlace(hits[0]) if sure else FoundPlace(None, listed(found))


@cache
def divisions() -> tuple[Place, ...]:
    """Give the district's enabled towns and villages, from codes/divisions.csv (NBS statistical codes)."""
    levels = {"街道": "town", "镇": "town", "乡": "town", "社区": "village", "村": "village"}
    return tuple(
        Place(row["code"][:9] if level == "town" else row["code"], row["name"], level, row["code"][:9])
        for row in codes.rows("divisions")
        if row["enabled"] == "是" and (level := levels.get(row["level"]))
    )

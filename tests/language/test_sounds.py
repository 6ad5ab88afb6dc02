"""The sounds of characters: every common one has one, and the file says where they come from."""

from pathlib import Path

from intake.language import sounds

FILE = Path(sounds.__file__).with_name("pinyin.txt")


def test_every_character_of_gb_2312_has_one_sound() -> None:
    known = sounds.syllables()
    lines = [line for line in FILE.read_text("utf-8").splitlines() if not line.startswith("#")]
    assert len(known) == 6763 == sum(len(line.split()[1]) for line in lines)
    assert {known[sign] for sign in "女绿"} == {"nv", "lv"}
    assert [known[sign] for sign in "上雪下学"] == ["shang", "xue", "xia", "xue"]
    assert all(syllable.isascii() and syllable.islower() for syllable in known.values())


def test_the_file_names_its_source_and_licence() -> None:
    header = [line for line in FILE.read_text("utf-8").splitlines() if line.startswith("#")]
    assert "pypinyin 0.55.0" in "".join(header)
    assert "MIT License" in "".join(header)
    assert not any("#" in sign for sign in sounds.syllables())


def test_initials_are_what_one_types() -> None:
    assert sounds.initials("石人镇") == "srz"
    assert sounds.initials("第3小学 A区") == "d3xxaq"

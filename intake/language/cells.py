"""What people typed, as the text of a cell: no table software may take it for a formula, and it reads back as it was."""

from intake.language.patterns import regex

# What Excel, WPS or LibreOffice begin a formula, a command or a number with; full-width signs count, since
# some of them fold those. What stands before is not seen, or stripped when the sheet is saved as CSV.
_BEFORE = r"[\s\x00-\x1f\x7f-\x9f\ufeff\u200b-\u200f\u2028-\u202f\u2060-\u206f]*"
_SIGNS = "=+\\-@|%＝＋－＠｜％"
_STARTS = regex(rf"'*{_BEFORE}[{_SIGNS}]")
_GUARDED = regex(rf"'+{_BEFORE}[{_SIGNS}]")


def guarded(said: str) -> str:
    """Give a text that stays a text in a cell, also after the sheet went through CSV: `=1+1` becomes `'=1+1`.

    A text that looks guarded gets one more apostrophe, so that `unguarded` always gives back what was said.
    """
    return f"'{said}" if _STARTS.match(said) else said


def unguarded(cell: str) -> str:
    """Give what `guarded` was given; a cell from which a table software took the apostrophe gives the same."""
    return cell[1:] if _GUARDED.match(cell) else cell


def letters_of_column(column: int) -> str:
    """Name a column, counted from 0, as table software does: A … Z, AA …."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name

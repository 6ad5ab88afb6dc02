"""Passwords that the house makes for files: strong enough for a file that travels, and easily read over the telephone."""

import secrets

SIGNS = "AFHKMRUWXY23456789"
"""What neither looks nor sounds like another: no O and 0, no I and 1, no B, D, P, T."""
GROUPS, SIZE = 5, 4


def new_password() -> str:
    """Make one, such as AF3K-9MRU-W27X-Y4H8-KK6A: more than 80 bits."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(SIZE)) for _ in range(GROUPS))

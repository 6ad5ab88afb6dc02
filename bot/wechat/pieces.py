"""Replies in pieces: the platform takes 2048 bytes of UTF-8 at a time."""

LIMIT = 2048
MORE = "\n…（还没完，回复“更多”接着看）"


def cut(text: str) -> tuple[str, str]:
    """Give what fits into one reply, and the rest; cut between lines where that is possible."""
    if len(text.encode("utf-8", "replace")) <= LIMIT:
        return text, ""
    room = LIMIT - len(MORE.encode())
    head = text.encode("utf-8", "replace")[:room].decode(errors="ignore")
    line = head.rfind("\n")
    if line > len(head) // 2:
        head = head[:line]
    return head.rstrip() + MORE, text[len(head) :].lstrip("\n")

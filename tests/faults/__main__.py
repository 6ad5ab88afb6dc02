"""`python -m tests.faults [KILLS] [SEED]`: the long form of the kills."""

import random
import sys
import tempfile
from pathlib import Path

from tests.conftest import MEMORY
from tests.faults import harness


def main(words: list[str]) -> int:
    """Run it; give the exit code."""
    kills = int(words[0]) if words else 1000
    seed = int(words[1]) if len(words) > 1 else random.SystemRandom().randint(1, 10**6)
    place = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="baoxue-faults-", dir=place) as root:
        figures = harness.run(Path(root), kills, seed)
        for name in ("lost", "doubled", "strange", "wrong"):
            for one in getattr(figures, name)[:20]:
                print(f"{name}: {one}")
        if not figures.clean:
            print((Path(root) / "house.log").read_text("utf-8", "replace")[-4000:])
    return 0 if figures.clean else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

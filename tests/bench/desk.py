"""Measure the desk with many cases: `python -m tests.bench.desk [cases] [share that is open]`.

What a page takes is printed for whoever changes a query; no test is decided by it. How many statements a page asks, and
that none reads a whole table, is in the tests.
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import cast

import wsgi
from intake.store.db import Database
from intake.store.keys import make_keys
from tests.hands.desk import sign_in
from tests.hands.many import many_cases
from tests.hands.watching import statements

PAGES = ("/desk/", "/desk/cases", "/desk/cases?due=逾期", "/desk/cases?school=S001", "/desk/cases?owed=visit",
         "/desk/cases?q=王小明", "/desk/cases?state=办结", "/desk/inbox")  # fmt: skip
TIMES = 5


def main(number: int = 100_000, share: float = 0.2) -> None:
    """Fill a house, and print for each page the milliseconds of its own work and its statements."""
    with tempfile.TemporaryDirectory() as folder:
        make_keys(Path(folder) / "keys")
        app = wsgi.create_app({"DATA": folder, "MODE": "demo", "RATE_LIMIT": "off"})
        db = cast(Database, app.extensions["baoxue.db"])
        many_cases(db, number, share=share)
        client = app.test_client()
        sign_in(client, "many")
        row = db.one("SELECT number FROM cases WHERE open = 1 ORDER BY due LIMIT 1")
        for path in (*PAGES, f"/desk/cases/{row['number'] if row else ''}"):
            client.get(path)
            taken = []
            for _ in range(TIMES):
                begun = time.process_time()
                assert client.get(path).status_code == 200
                taken.append((time.process_time() - begun) * 1000)
            with statements(db) as heard:
                client.get(path)
            print(f"{path:32} {sorted(taken)[TIMES // 2]:6.0f} ms  {len(heard):2} statements")
        db.close()


if __name__ == "__main__":
    main(*(kind(one) for kind, one in zip((int, float), sys.argv[1:], strict=False)))

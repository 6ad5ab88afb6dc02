"""What breaks beneath the house while people use it, and what must hold afterwards.

A real `up` on data of its own is used over its real doors by clients that keep a ledger of whatever was acknowledged.

| what happens | where | what is asked after |
|---|---|---|
| any process is killed (-9): of the server, gunicorn, the worker, `up`, a command in the middle | `test_kills` | 1 |
| the disk is full | `test_disks` | 2 |
| the disk may only be read | `test_disks` | 2 |
| another program holds the database for ten seconds | `test_held` | 2; the worker goes on |
| the clock is set back, an hour and four days | `test_held` | 3 |
| the worker is stopped | `test_held`, `tests/house/test_heartbeat` | 4 |
| the log of the database is unlinked | `test_files` | nothing is acknowledged that is not kept |
| a page of the database is damaged | `test_files` | 5 |

1. Each acknowledged report, event, roll and reply is there once; sent again it gets the same receipt. What was under way
   is there once after it was sent again. All processes end with `up`. `verify` is clean, and the newest backup can be restored.
2. Every answer comes in time, the webhook's in 5 seconds, with 503 and a sentence, never a bare 500; the platform comes again and
   its message is taken once; nothing that was acknowledged is lost; all goes on by itself.
3. What is sent is taken and has a receipt; what was done on a case stays in its order; the heartbeat is not fooled;
   `verify` is clean.
4. `/readyz` says so with 200, `doctor` with exit code 1, the desk with a banner, within two minutes; `up` ends all the same.
5. `verify` says so and ends with 1, never with a traceback; the service answers with sentences.

`make faults` is the long form: 1,000 kills, or `FAULTS=200 make faults`. The seed is printed, and
`python -m tests.faults 200 SEED`
draws the same lots again. `make test` has a short form with a fixed seed.
"""

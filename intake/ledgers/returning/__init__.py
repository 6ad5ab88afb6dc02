"""Ledgers that come back filled in: what would change is told first, then done, recorded, and can be taken back.

`planning.plan_return` tells, `applying.apply_return` does, `undoing.undo_changes` takes back, `history` lists what came.
"""

"""四查三比对: what households, 学籍, rolls and poor households' lists say otherwise of a child; each is somebody's duty by a day.

`comparing.compare` finds them, `owing` says whose they are, `answering` writes what came of them; only what a list covers
counts.
"""

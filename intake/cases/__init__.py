"""Cases: the staff's work on one child and one matter, from the first report to its end.

`joins` is called by the door of reports, `work.act` by whoever does something; `case`, `duties` and `folders` are read.
"""

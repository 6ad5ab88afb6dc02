"""What keeps the data: the seam to a database server, SQLite behind it (`store.sqlite`), tables as data, migrations.

From outside only `store.db` (the verbs) and `store.schema` (tables as data) are called.
"""

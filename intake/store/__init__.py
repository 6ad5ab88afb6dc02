"""The store: the database and its verbs, migrations, keys, the audit."""

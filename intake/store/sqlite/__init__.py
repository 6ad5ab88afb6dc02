"""SQLite behind the seam: changes that wait together, the file, how tables are made, whether the files are still the same.

From outside only `engine.Sqlite` is called.
"""

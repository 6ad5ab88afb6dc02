"""The house itself: set-up, serving, rounds of the worker, backups, checks and commands."""

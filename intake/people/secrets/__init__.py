"""Secrets: by what somebody shows that it is they: what a password must be, and the second factor beside it."""

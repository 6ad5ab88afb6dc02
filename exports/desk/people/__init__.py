"""Accounts of the staff at the desk: who there is, how they come in, and the 包保 slots that they hold."""

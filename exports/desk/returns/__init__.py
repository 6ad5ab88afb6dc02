"""收表: a ledger that was filled in comes back; what it would change is looked at first, done with one button, taken back."""

"""What leaves the house on somebody's word: a ledger without masks that another one allows, a return that a principal signs."""

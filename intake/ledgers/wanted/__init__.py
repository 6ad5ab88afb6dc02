"""What somebody wants of a ledger: of which place and which days, which rows of it, and what they may read."""

"""What staff are told about a reason: the words of the house, and those that the bureau writes in their place."""

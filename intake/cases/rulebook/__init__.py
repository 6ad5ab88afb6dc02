"""What may be done on a case, what follows from what was done, what is owed then: the rules, without a database."""

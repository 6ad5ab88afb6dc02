"""Children in ledgers by what facts say of them: those without a case, the columns that come back as facts, visits due."""

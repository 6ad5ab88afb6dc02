"""Where the child lives and learns: towns, villages, schools, years, classes, the way to school."""

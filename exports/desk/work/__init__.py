"""Work at the desk: the list of cases, what one was told, a case opened by hand, who looked at whom."""

"""Children at the desk: the search, one child's file and its card, who may be the same child twice."""

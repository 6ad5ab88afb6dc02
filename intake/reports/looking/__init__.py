"""How staff look at reports: what is known of a child and from where, each look on record, the files that belong to it."""

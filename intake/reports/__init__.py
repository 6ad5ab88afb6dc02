"""Reports: the door through which each one enters, its progress, drafts, notices and pictures."""

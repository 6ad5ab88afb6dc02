"""One case at the desk: its page, what is done from there, its files and documents."""

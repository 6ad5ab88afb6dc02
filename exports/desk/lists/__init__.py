"""Lists at the desk: a file is sent, what it would change is shown, and only then it is taken."""

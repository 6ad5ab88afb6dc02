"""What stands between words and answers: 不知道 and plain words of parents, days that nobody counted."""

"""The school today: who is there and who is not, down to the single child; each number leads to its rows."""

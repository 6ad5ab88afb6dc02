"""What a message wants: the linear model, and the rules that have the last word."""

"""What leaves the house on somebody's word: full exports asked for and allowed, monthly returns signed and looked through."""

"""What leaves the house on somebody's word: exports without masks that a second person allows, monthly returns that a principal signs."""

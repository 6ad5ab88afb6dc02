"""Language: from Chinese as people write it to values, and the sounds of words."""

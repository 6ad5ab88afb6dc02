"""学籍异动 as staff enter it: what is written down of each sort, what it changes of class and case, and how it is taken back."""

"""The compare sheets and 人籍不符表: rows are differences between lists, with both sides, and what came of them."""

"""Ledgers whose rows are children, and what the lists say of them otherwise: 适龄儿童台账, the compare sheets, 人籍不符表."""

"""Lists of registers come in: 学籍, 户籍, 脱贫户, 居住证. Each row finds its child or enters one, and tells facts of it.

From outside: `take_register` of taking, `REGISTERS` of declared, `without_refused` and `without_refused_cells` of heads.
"""

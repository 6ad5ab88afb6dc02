"""The further sheets of the work list and the month on one page: what came, what moved, what is late, how much of each.

`counted` alone says which cases count as what: a number of 汇总 or 月度形势 and the rows of a sheet ask the same.
"""

"""学籍异动 at the desk: entries of one child, a form for each sort, 办结 and taking back; two schools that become one."""

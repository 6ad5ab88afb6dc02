"""The registers of single children: 疑似辍学, 辍学 with 劝返记录, 安全报告登记, 派出所备案表."""

"""The dialogue about one report: what is asked, filled in, read back and put right."""

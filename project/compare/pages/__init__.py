"""The comparison as pages: the table, a page a question, which scheme suits, what to take home, two rooms beside each other."""

"""SOQL: text to tree (lexer, parser), tree to records (conditions, select)."""

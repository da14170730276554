"""Formulas of validation rules: text to tree (parser), tree to a value (evaluate, functions)."""

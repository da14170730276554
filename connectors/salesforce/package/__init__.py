"""What Baton needs in an org, in source form: one table of fields, and files made from it."""

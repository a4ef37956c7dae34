"""Everyone with a login, readers and staff in one table.

Owns: the user model; staff differ from readers by permission alone. Leans on:
`mailroom`. Start with `models.py`.
"""

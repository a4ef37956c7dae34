"""Money: attempts, what providers say of them, invoices, and the journal.

Leans on: `people`, `press`, `mailroom`, `money`. Start with `journal.py` for the books and `attempts.py`
for what moves money.
"""

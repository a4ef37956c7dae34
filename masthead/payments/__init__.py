"""Attempts, charges, refunds, invoices and the journal.

Leans on: `people`, `mailroom`, `money`. Empty until the first offer is sold.
"""

"""Everyone with a login, readers and staff in one table.

Owns: the user model, signing in (with django-allauth), the second proof, sessions, postal
addresses, consent, export and erasure. Staff differ from readers by permission alone.
Leans on: `mailroom`. Start with `models.py`, then `doors.py`.
"""

"""What stands between readers and pages: locks, keys and passes.

Owns: whether a key fits a lock, and how keys are signed into a pass. No tables, no
Django. Leans on: `manuscript`. Start with `locks.py`.
"""

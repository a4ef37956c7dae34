"""What stands between readers and pages: locks, keys and passes; the page store and the front.

Owns: whether a key fits a lock, how keys are signed into a pass, how pressed pages are kept, and
which bytes a reader gets at an address. No tables, no Django. Leans on: `manuscript`. Start with
`locks.py` for who may read, with `front.py` for how a page is answered.
"""

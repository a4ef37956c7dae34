"""What an offer can promise: each kind says it, can tell whether it is kept, and shows how.

Start with `kinds.py`; `kept.py` looks into all of them. A package may enter a kind of its own.
"""

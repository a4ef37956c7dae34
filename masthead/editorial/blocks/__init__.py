"""The blocks that editors write with; `body.py` says which may stand where."""

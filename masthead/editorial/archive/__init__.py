"""The archive: every published article, found by its words.

Begin with `searching.search()` for who looks for something, and with `filing.file()` for how an
article comes in. What strangers may read is filed apart from what the gate keeps
(docs/decisions/0043).
"""

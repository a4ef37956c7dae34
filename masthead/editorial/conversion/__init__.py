"""Between what Wagtail stores and the manuscript's nodes, both ways, without a query.

`register.py` knows which database row a key stands for; `rich_text.py` converts running
text, `reading.py` and `writing.py` whole streams. Only `editorial.manuscripts` calls them.
"""

"""Reports: figures that are added up by the database, as charts, tables and files.

How many queries one takes does not depend on how many subscriptions there are. Start with `charts.py`
for how they are drawn.
"""

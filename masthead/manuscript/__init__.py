"""An article as a tree of plain values, and the press document made from it.

Owns: the nodes, their stable ids, walking and measuring them, Markdown both ways,
the gate's value types. Leans on: parsers of Markdown, YAML and HTML; no Django. Start
with `nodes.py`, then `press_document.py`.
"""

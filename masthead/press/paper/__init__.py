"""Paper: press documents in, pages out.

`content` turns a press document into plain values, `typst/` holds the templates that set
them, `engine` runs the typesetter in a process of its own. Nothing of an article ever
becomes source for the typesetter: it reads values, and what looks like markup is printed.
"""

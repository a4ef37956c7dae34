"""A press document goes in; web, letter, paper, EPUB or speech comes out.

Owns: one module or folder per format, none of which knows another. Leans on:
`manuscript`, and Babel for days. No tables, no Django. Start with `web.py`.
"""

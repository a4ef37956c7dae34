"""The page store, the passes and the front that serves readers without Django.

Leans on: `manuscript`. No tables, no Django. Empty until pages are pressed.
"""

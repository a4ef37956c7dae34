"""Bringing the work of others, and our own from elsewhere, into a magazine.

Start with `markdown.py`: it reads a folder of Markdown files and does everything in order.
"""

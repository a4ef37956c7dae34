"""Carrying work in and out: importers, exporters, the content API.

Leans on: `circulation` and what stands below it. Start with `importers/markdown.py`.
"""

"""What the editors make: titles, issues, sections, articles, contributors, topics.

Owns: the Wagtail pages and blocks, pictures and their rights, corrections, and
turning an article into a manuscript and back. Leans on: `people`, `press`,
`manuscript`. Start with `models/article.py`, then `manuscripts.py`.
"""

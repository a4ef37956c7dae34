"""Everything readers see.

Owns: the pages and their templates, the parts of the site that are not Wagtail
pages, the theme. Leans on: `circulation` and what stands below it. Start with
`pages.py`, then `views/`.
"""

"""What staff see beside Wagtail's own screens.

Owns: dashboards, checks and acts of the editors' office. Leans on: `circulation`
and what stands below it. Start with `wagtail_hooks.py`.
"""

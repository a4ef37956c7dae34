"""Who is owed what: offers, terms, copies, and who may read.

Owns: the one question of access, `entitlements.may_read()`. Leans on: `production`
and what stands below it. Start with `entitlements.py`.
"""

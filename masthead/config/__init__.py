"""Settings, addresses and the checks made at start-up.

Owns: reading `masthead.toml` and the environment, once. Leans on: every department.
Start with `installation.py`, then `settings.py`.
"""

"""The `masthead` command.

Owns: one module per subcommand, the demonstration magazine. Leans on: everything.
Start with `main.py`.
"""

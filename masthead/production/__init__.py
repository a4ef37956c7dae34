"""Making things happen after the editor has gone home.

Owns: the worker that carries out tasks, the schedule, picture renditions, backups.
Leans on: `editorial` and what stands below it. Start with `worker.py`.
"""

"""Delivering letters, hearing of bounces, remembering who must not be written to.

Leans on: nothing above `manuscript`. Empty until the first letter is sent.
"""

"""The kit that authors of plug-ins test with.

Owns: the golden manuscript and the contracts that every plug-in must meet.
"""

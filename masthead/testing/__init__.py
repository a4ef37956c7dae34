"""The kit that authors of plug-ins test with.

Owns: the golden manuscript, press documents of any manuscript, and the contracts that every
plug-in must meet.
"""

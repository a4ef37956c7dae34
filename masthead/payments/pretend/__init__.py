"""A pretend payment service: it answers like Stripe, on this machine only, and moves no money.

For development, the demonstration magazine and tests: `masthead pretend-payments`, or
`serving.opened()` within a process. Written from the public description of the interface. It is
strict (an unknown parameter is refused) and stateful (a key asked for twice is answered once, no
more is refunded than was paid), and fails on command, so that what talks to it is proved rather
than pleased. `bank.py` holds the money that is none, `desk.py` answers, `page.py` is the payer's.
"""

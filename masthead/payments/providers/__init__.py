"""Our own payment providers: each a class that is made of a table in the settings.

They know the protocol in `payments.provider` and nothing of one another.
"""

"""The reader's account and its doors; most of signing in is django-allauth's."""

"""Views: read the request, make one call, say what happened.

`faces.py` draws Wagtail's pages, the others answer at addresses of their own.
"""

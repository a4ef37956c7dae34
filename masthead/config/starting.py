"""Starting Django, in a command, behind a web server or in a test."""

from __future__ import annotations

import atexit
import gc
import os


def start() -> None:
    """Start Django in the installation this process belongs to.

    Raises:
        BrokenInstallation: there is none, or something in it is wrong.
    """
    os.environ["DJANGO_SETTINGS_MODULE"] = "masthead.config.settings"
    import django
    from django.db import connections

    # What comes to be here stays as long as the process. Looking through it for what could be
    # thrown away would be a tenth of the start, and goes on for ever unless it is said.
    gc.disable()
    try:
        django.setup()
        gc.freeze()
    finally:
        gc.enable()
    # As the last connection is closed, SQLite's file is whole by itself and can be copied. Nobody else
    # would close it: what stays is not thrown away as the process ends, either.
    atexit.register(connections.close_all)

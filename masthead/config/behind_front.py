"""Behind the front: who asks is whom the front names."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from masthead.edge.wsgi import Application

SWITCH = "MASTHEAD_BEHIND_FRONT"
"""Set by `masthead serve` for processes that listen on the house's socket, and on nothing else."""


def behind_front(application: Application) -> Application:
    """Return an application that believes the front; the same one where there is none."""
    if os.environ.get(SWITCH) != "1":
        return application

    def believing(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = environ.pop("HTTP_MASTHEAD_CLIENT", "")
        return application(environ, start_response)

    return believing

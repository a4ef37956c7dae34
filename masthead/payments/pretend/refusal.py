"""What the service says when it will not."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An answer that is an error: its HTTP status, and what Stripe's would say."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        **more: Any,
    ) -> None:
        """Keep what is answered."""
        super().__init__(message)
        self.status = status
        said = {"type": kind, "code": code, "message": message, **more}
        self.body = {"error": {name: one for name, one in said.items() if one is not None}}

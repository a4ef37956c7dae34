"""Sessions that have ended, for as long as a pass of theirs may still be about."""

from __future__ import annotations

from django.db import models


class EndedSession(models.Model):
    """Passes of this session open nothing any more.

    ``session`` is the name of a session in passes (never its key), ``forget_at`` the moment
    from which no pass of it can be good, so that the row may go.
    """

    session = models.CharField(max_length=32, primary_key=True)
    forget_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        """Return the session's name."""
        return self.session

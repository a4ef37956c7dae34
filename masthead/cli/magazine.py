"""The magazine that a command is about, where nobody names one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from masthead.cli.terminal import Stop

if TYPE_CHECKING:
    from masthead.editorial.models import Title

FOUND_ONE = "Make a magazine first: masthead new my-magazine"


def of_this_installation() -> Title:
    """Return the title of a started Django's installation.

    Raises:
        Stop: none is founded here.
    """
    from django.conf import settings

    from masthead.editorial.models import Title

    titles = Title.objects.all()
    title = titles.filter(name=settings.INSTALLATION.magazine.name).first()
    if title is None and len(titles) == 1:
        title = titles[0]  # It was renamed in the office, or in masthead.toml.
    if title is None:
        raise Stop("No magazine is founded in this database.", FOUND_ONE)
    return title

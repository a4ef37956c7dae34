"""The theme that `masthead.toml` names, looked at before anything is served in it."""

from __future__ import annotations

from masthead import plugins
from masthead.config.installation import BrokenInstallation, Fault
from masthead.newsstand.theme import Theme
from masthead.newsstand.tokens import TokensFault


def chosen(name: str) -> Theme:
    """Return the installed theme of that name, whose tokens can be used.

    Raises:
        BrokenInstallation: there is none, its package fails, or its tokens are unsound.
    """
    try:
        theme = plugins.load("themes", name)
        if not isinstance(theme, Theme):
            raise _broken(
                f"names {name!r}, whose package announces no Theme.",
                "Update that package, or name another theme.",
            )
        theme.tokens()
    except plugins.UnknownPart as unknown:
        raise _broken("names a theme that is not there.", str(unknown)) from unknown
    except TokensFault as fault:
        raise _broken(
            f"names {name!r}, whose tokens cannot be used.",
            f"Mend this in its package, or name another theme: {fault}",
        ) from fault
    except BrokenInstallation:
        raise
    except Exception as error:  # Another's code may raise anything.
        raise _broken(
            f"names {name!r}, whose package fails: {type(error).__name__}: {error}.",
            "Install it again or update it, or name another theme.",
        ) from error
    return theme


def _broken(what: str, mend: str) -> BrokenInstallation:
    return BrokenInstallation(Fault("masthead.toml, [magazine] theme", what, mend))

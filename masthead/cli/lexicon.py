"""Show how names are said in a title, or write it as a Pronunciation Lexicon (W3C PLS 1.0).

The lexicon is kept in the office. Other programs that speak, and EPUB readers, know PLS.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from masthead.cli.terminal import Stop, say
from masthead.config.starting import start

NAME = "lexicon"
HELP = "show how names are said, or write it as a pronunciation lexicon"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take a title, a language and a file."""
    parser.add_argument("--title", metavar="NAME", default="", help="of several titles, this one")
    parser.add_argument(
        "--language",
        metavar="TAG",
        default="",
        help="the language of the words around (default: the title's own)",
    )
    parser.add_argument(
        "--pls", metavar="FILE", type=Path, help="write it there as PLS 1.0, one language to a file"
    )


def run(options: argparse.Namespace) -> None:
    """Write the file, or a line for each entry."""
    start()
    from masthead.editorial import lexicon
    from masthead.editorial.models import Title
    from masthead.press.speech.lexicon import as_pls

    titles = Title.objects.order_by("pk")
    named = titles.filter(name=options.title) if options.title else titles
    if not (title := named.first()):
        known = ", ".join(titles.values_list("name", flat=True))
        raise Stop(
            f"There is no title called {options.title}." if options.title else "There is no title.",
            f"There are: {known}." if known else "Found one with: masthead new",
        )
    language = options.language or title.language
    entries = [one for one in lexicon.of_house(title) if one.is_for(language)]
    if options.pls:
        options.pls.write_text(as_pls(entries, language), "utf-8")
        say(f"{options.pls}: {len(entries)} entries, {language}")
        return
    for one in entries:
        say(f"{one.written} → {one.said}" + (f" [{one.ipa}]" if one.ipa else ""))
    if not entries:
        say(f"{title} has no entries for {language}. Add them in the office, under Lexicon.")

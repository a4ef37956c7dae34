"""Make a magazine in a new folder: its settings, its database, its first editor.

The folder holds everything the magazine is; masthead.toml in it explains itself.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import secrets
from pathlib import Path
from typing import Any

from masthead.cli import migrate
from masthead.cli.terminal import Stop, say
from masthead.config import installation, sections
from masthead.config.starting import start

NAME = "new"
HELP = "make a magazine in a new folder"

# 20 letters and digits of 32: more than a hundred bits would be no safer, only longer to type.
_PASSWORD_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105 -- no l, o, 0, 1


def arguments(parser: argparse.ArgumentParser) -> None:
    """Take the folder and what the magazine is called."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder to make")
    parser.add_argument("--name", default="A magazine", help="what the magazine is called")
    parser.add_argument(
        "--address", default="http://localhost:8000", help="the address readers will type"
    )
    parser.add_argument(
        "--production", action="store_true", help="for a public server: the checks are strict"
    )
    parser.add_argument(
        "--editor", metavar="MAIL", help="mail address of the first editor (default: editor@HOST)"
    )


def run(options: argparse.Namespace) -> None:
    """Make the folder, the database, the front page and an editor."""
    home = options.folder.expanduser().resolve()
    lay_out(
        home,
        magazine={"name": options.name, "address": options.address.rstrip("/")},
        server={"production": options.production},
    )
    os.environ["MASTHEAD_HOME"] = str(home)
    start()
    migrate.apply()
    found()
    say(f"{options.name} is ready in {home}.")
    introduce_editor(options.editor)
    say()
    say(f"Start it with: cd {options.folder} && masthead serve")
    if options.production:
        say("Before the public comes, look at masthead.toml and run: masthead check")


def lay_out(home: Path, **values: dict[str, Any]) -> None:
    """Make an installation's folder with its settings and a secret of its own.

    Args:
        home: a folder that does not exist yet, or is empty.
        values: what differs from the defaults, by section; a way to pay is a dictionary under
            `payments`.

    Raises:
        Stop: something is in the folder already, or a value will not do.
    """
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise Stop(
            f"{home} is there already and not empty.", "Name a folder that does not exist yet."
        )
    text = _settings_text(values)
    if faults := installation.faults_in(text):
        raise Stop(str(faults[0]))
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)  # Readers' addresses will lie in here.
    for name in ("media", "private", "backups"):
        (home / name).mkdir()
    (home / installation.FILE).write_text(text, encoding="utf-8")
    write_secret(home)


def write_secret(home: Path) -> None:
    """Give the installation in `home` a fresh secret key that only its owner can read."""
    # Opened with its final mode: a file that is readable for an instant has been read.
    descriptor = os.open(home / installation.SECRETS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(
            "# Secrets of this magazine. Keep this file to yourself; backups leave it out.\n"
        )
        file.write(f"MASTHEAD_SECRET_KEY={secrets.token_urlsafe(48)}\n")


def found() -> None:
    """Found the title named in masthead.toml: front page, shelves, groups of staff."""
    from django.conf import settings

    from masthead.circulation.founding import empower_publishers
    from masthead.editorial import founding

    magazine = settings.INSTALLATION.magazine
    founding.found(
        name=magazine.name,
        language=magazine.language,
        time_zone=magazine.time_zone,
        address=magazine.address,
    )
    empower_publishers()


def introduce_editor(email: str | None = None) -> None:
    """Make the first editor, unless somebody runs the office already, and print the password.

    Args:
        email: the editor's address; `editor@` the magazine's host when left out.
    """
    from django.conf import settings

    from masthead.people import mail_addresses
    from masthead.people.models import User

    if User.objects.filter(is_superuser=True).exists():
        return
    host = settings.INSTALLATION.host_name
    email = email or f"editor@{host if '.' in host else 'masthead.example'}"
    password = "".join(secrets.choice(_PASSWORD_ALPHABET) for _ in range(20))
    # Whoever runs this command says that the address is the editor's.
    mail_addresses.vouch(User.objects.create_superuser(email, password))
    say()
    say(f"    Office:   {settings.INSTALLATION.magazine.address}/office/")
    say(f"    Editor:   {email}")
    say(f"    Password: {password}   (shown this once)")
    if settings.OFFICE_SECOND_FACTOR:
        say("    The office will have you set up an authenticator app or a passkey first.")


def _settings_text(values: dict[str, dict[str, Any]]) -> str:
    """Return a masthead.toml that explains every setting; defaults stand commented out."""
    lines = ["# The settings of this magazine. Lines with # show the defaults."]
    for name, kind in sections.SECTIONS.items():
        lines += ["", f"[{name}]"]
        for setting in dataclasses.fields(kind):
            lines.append(f"# {setting.metadata['says']}")
            chosen = values.get(name, {}).get(setting.name, setting.default)
            mark = "" if chosen != setting.default or setting.name == "name" else "# "
            lines.append(f"{mark}{setting.name} = {_toml(chosen)}")
    for way, table in values.get("payments", {}).items():
        if isinstance(table, dict):
            lines += ["", f"[payments.{way}]"]
            lines += [f"{name} = {_toml(value)}" for name, value in table.items()]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'
    if isinstance(value, tuple):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return str(value)

"""One installation: its folder, its `masthead.toml`, its secrets.

Read once, before Django starts, and without Django. Whatever is wrong is told at one go
as a `BrokenInstallation`, each fault with its file, its key and how to mend it.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import platform
import re
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from masthead.config import together
from masthead.config.sections import (
    SECTIONS,
    WAYS,
    Backups,
    Contact,
    Database,
    Epub,
    Magazine,
    Mail,
    Nodes,
    Office,
    Payments,
    Pictures,
    Redis,
    Seller,
    Server,
    Speech,
    Storage,
)

FILE = "masthead.toml"
SECRETS = ".env"
# Django's own generator gives 50 characters; anything much shorter was typed by hand.
SHORTEST_SECRET = 40

Section = TypeVar("Section")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: where it stands, what it is, how to mend it."""

    where: str
    what: str
    mend: str

    def __str__(self) -> str:
        """Return the fault as one sentence."""
        return f"{self.where}: {self.what} {self.mend}"


class BrokenInstallation(Exception):
    """The installation cannot start; ``faults`` says everything that must be mended."""

    def __init__(self, *faults: Fault) -> None:
        """Gather `faults` into one message."""
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


LONGEST_SOCKET = 100
"""Bytes of a socket's path; systems differ in how few they take."""

ENVIRONMENT = {
    "MASTHEAD_HOME": "The installation's folder, when it is not the current one.",
    "MASTHEAD_SECRET_KEY": "Signs sessions and links. `masthead new` writes one into .env.",
    "MASTHEAD_OLD_SECRET_KEYS": "Earlier secret keys, separated by spaces: what they signed still holds.",
    "MASTHEAD_DATABASE_URL": "Overrides `url` under [database]: keep the password here.",
    "MASTHEAD_REDIS_URL": "Overrides `url` under [redis]: keep the password here.",
    "MASTHEAD_STORAGE_KEY": "The key that the object storage knows this magazine by.",
    "MASTHEAD_STORAGE_SECRET": "What belongs to that key.",
    "MASTHEAD_MAIL_PASSWORD": "The password of the mail server, or the key of the mail service.",
    "MASTHEAD_BEHIND_FRONT": "Set by `masthead serve` for Django behind the front; never by hand.",
    "MASTHEAD_DEBUG": "Set to 1 while developing Masthead itself; refused in production.",
}
"""Every variable Masthead reads, and what it is for."""


@dataclass(frozen=True, slots=True)
class WayTable:
    """A table of [payments], checked; ``secrets`` are what the variables hold that it names."""

    name: str
    part: str
    options: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Everything the owner decided, checked."""

    home: Path
    magazine: Magazine
    server: Server
    database: Database
    storage: Storage
    redis: Redis
    nodes: Nodes
    pictures: Pictures
    backups: Backups
    speech: Speech
    epub: Epub
    mail: Mail
    office: Office
    contact: Contact
    payments: Payments
    seller: Seller
    ways: tuple[WayTable, ...]
    """Every way to pay that has a table, those that readers are not offered, too."""
    secret_key: str = field(repr=False)
    old_secret_keys: tuple[str, ...] = field(repr=False)
    mail_password: str = field(repr=False)
    storage_key: str = field(repr=False)
    storage_secret: str = field(repr=False)
    debug: bool

    @property
    def database_file(self) -> Path:
        """Where SQLite keeps the records when no other database is named."""
        return self.home / "masthead.sqlite3"

    @property
    def media(self) -> Path:
        """The folder of files anybody may fetch."""
        return self.home / "media"

    @property
    def private(self) -> Path:
        """The folder of originals and documents, which no address reaches."""
        return self.home / "private"

    @property
    def cache(self) -> Path:
        """The folder of what all processes remember for a while; it may be emptied any time."""
        return self.home / "cache"

    @property
    def pages(self) -> Path:
        """The folder of the page store; what is in it can be pressed anew any time."""
        return self.home / "pages"

    @property
    def house_socket(self) -> Path:
        """Where Django listens, behind the front."""
        path = self.home / "pages" / "house.sock"
        if len(str(path).encode()) < LONGEST_SOCKET:
            return path
        name = hashlib.sha256(str(self.home).encode()).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"masthead-{name}.sock"

    @property
    def static(self) -> Path:
        """The folder of style sheets and scripts, gathered anew at every upgrade."""
        return self.home / "static"

    @property
    def backups_folder(self) -> Path:
        """Where backups are kept."""
        return self.home / "backups"

    @property
    def place(self) -> str:
        """This folder on this machine: what tells the magazine from a copy of it elsewhere."""
        return f"{platform.node()}:{self.home}"

    @property
    def host_name(self) -> str:
        """The host in the magazine's address."""
        return urlsplit(self.magazine.address).hostname or "localhost"

    @property
    def is_https(self) -> bool:
        """Whether readers come by HTTPS."""
        return self.magazine.address.startswith("https:")

    @property
    def sender(self) -> str:
        """The address letters come from."""
        return self.mail.sender or f"editor@{self.host_name}"

    @property
    def accessibility_contact(self) -> str:
        """Whom a reader writes to who meets a barrier: an address to follow."""
        return self.contact.accessibility or f"mailto:{parseaddr(self.sender)[1]}"


def find_home(environment: Mapping[str, str], start: Path) -> Path:
    """Return the installation's folder: MASTHEAD_HOME, or the nearest one upward from `start`.

    Raises:
        BrokenInstallation: there is none.
    """
    if named := environment.get("MASTHEAD_HOME"):
        home = Path(named).expanduser().resolve()
        if not (home / FILE).is_file():
            raise BrokenInstallation(
                Fault(
                    "MASTHEAD_HOME",
                    f"there is no {FILE} in {home}.",
                    f"Make an installation there with: masthead new {home}",
                )
            )
        return home
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / FILE).is_file():
            return folder
    raise BrokenInstallation(
        Fault(
            str(start),
            f"no {FILE} here or in any folder above.",
            "Go into your magazine's folder, or make one with: masthead new my-magazine",
        )
    )


def read(home: Path, environment: Mapping[str, str]) -> Installation:
    """Return the installation kept in `home`.

    Args:
        home: the folder with `masthead.toml`.
        environment: the process's variables; they win over the folder's `.env`.

    Raises:
        BrokenInstallation: with everything that is wrong, not only the first thing.
    """
    faults: list[Fault] = []
    written = _read_toml(home / FILE, faults)
    environment = {**_read_secrets(home / SECRETS, faults), **environment}
    for name in ("database", "redis"):
        if url := environment.get(f"MASTHEAD_{name.upper()}_URL"):
            written = {**written, name: {"url": url}}
    sections = _read_all_sections(written, faults)
    faults += [
        Fault(f"{FILE}, {where}", what, mend) for where, what, mend in together.complaints(sections)
    ]
    ways = _read_ways(written, environment, faults)
    secret_key = environment.get("MASTHEAD_SECRET_KEY", "")
    if not secret_key:
        faults.append(
            Fault(
                "MASTHEAD_SECRET_KEY",
                f"no secret key in the environment nor in {home / SECRETS}.",
                "Put a line there: MASTHEAD_SECRET_KEY= and 50 or more random characters.",
            )
        )
    debug = environment.get("MASTHEAD_DEBUG", "") == "1"
    if debug and sections["server"].production:
        faults.append(
            Fault(
                "MASTHEAD_DEBUG",
                "is set for a magazine in production, where it would show the public its insides.",
                "Unset it.",
            )
        )
    if sections["server"].production and not sections["office"].second_factor:
        faults.append(
            Fault(
                f"{FILE}, [office] second_factor",
                "is false for a magazine in production, where one stolen password would open it.",
                "Remove that line.",
            )
        )
    if sections["server"].production:
        faults += [
            Fault(
                f"{FILE}, [payments.{way.name}] base_url",
                "is set for a magazine in production, which would be paid with pretend money.",
                "Remove that line.",
            )
            for way in ways
            if way.options.get("base_url")
        ]
    if faults:
        raise BrokenInstallation(*faults)
    return Installation(
        home=home,
        ways=ways,
        secret_key=secret_key,
        old_secret_keys=tuple(environment.get("MASTHEAD_OLD_SECRET_KEYS", "").split()),
        mail_password=environment.get("MASTHEAD_MAIL_PASSWORD", ""),
        storage_key=environment.get("MASTHEAD_STORAGE_KEY", ""),
        storage_secret=environment.get("MASTHEAD_STORAGE_SECRET", ""),
        debug=debug,
        **sections,
    )


def faults_in(text: str) -> tuple[Fault, ...]:
    """Return what would be wrong with a `masthead.toml` of that text."""
    faults: list[Fault] = []
    written = tomllib.loads(text)
    _read_all_sections(written, faults)
    _read_ways(written, {}, faults)
    return tuple(faults)


def here() -> Installation:
    """Return the installation this process belongs to.

    Raises:
        BrokenInstallation: there is none, or something in it is wrong.
    """
    return read(find_home(os.environ, Path.cwd()), os.environ)


def _read_toml(path: Path, faults: list[Fault]) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(FILE, f"is not TOML: {error}.", "Mend that line."))
    except UnicodeDecodeError:
        faults.append(Fault(FILE, "is not UTF-8.", "Save it as UTF-8."))
    except OSError as error:
        faults.append(Fault(FILE, f"cannot be read: {error.strerror}.", f"Look at {path}."))
    return {}


def _read_secrets(path: Path, faults: list[Fault]) -> dict[str, str]:
    """Return the `NAME=value` lines of `path`, or nothing when there is no such file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        faults.append(Fault(SECRETS, f"cannot be read: {error}.", f"Look at {path}."))
        return {}
    secrets = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        name, equals, value = line.partition("=")
        if not equals:
            faults.append(Fault(f"{SECRETS}, line {number}", "is no setting.", "Write NAME=value."))
        secrets[name.strip()] = value.strip().strip("\"'")
    return secrets


def _read_all_sections(written: Mapping[str, Any], faults: list[Fault]) -> dict[str, Any]:
    faults += [
        _unknown(f"[{name}]", FILE, name, SECTIONS) for name in written.keys() - SECTIONS.keys()
    ]
    return {
        name: _read_section(kind, name, _own(name, written.get(name, {})), faults)
        for name, kind in SECTIONS.items()
    }


def _own(name: str, section: Any) -> Any:
    """Return a section without the tables within it, which only [payments] has."""
    if name != "payments" or not isinstance(section, dict):
        return section
    return {key: value for key, value in section.items() if not isinstance(value, dict)}


def _read_ways(
    written: Mapping[str, Any], environment: Mapping[str, str], faults: list[Fault]
) -> tuple[WayTable, ...]:
    """Return the ways to pay, each with what its own table says; what is wrong goes to `faults`."""
    section = written.get("payments", {})
    if not isinstance(section, dict):
        return ()
    tables = {name: table for name, table in section.items() if isinstance(table, dict)}
    offered = section.get("ways", [])
    faults += [
        Fault(
            f"{FILE}, [payments] ways",
            f"names {name!r}, which has no table.",
            f"Write [payments.{name}] below, with the part that it is.",
        )
        for name in (offered if isinstance(offered, list) else [])
        if name not in tables
    ]
    ways = [_read_way(name, table, environment, faults) for name, table in tables.items()]
    return tuple(way for way in ways if way)


def _read_way(
    name: str, table: dict[str, Any], environment: Mapping[str, str], faults: list[Fault]
) -> WayTable | None:
    where = f"payments.{name}"
    # It stands in addresses and in the books.
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", name):
        faults.append(
            Fault(f"{FILE}, [{where}]", "is no name for a way to pay.", "Use a to z, digits and -.")
        )
        return None
    part = table.get("part")
    if not isinstance(part, str) or not part:
        faults.append(
            Fault(f"{FILE}, [{where}] part", "is missing.", f"Write one of: {', '.join(WAYS)}.")
        )
        return None
    rest = {key: value for key, value in table.items() if key != "part"}
    if kind := WAYS.get(part):
        section: Any = _read_section(kind, where, rest, faults)
        options = {setting.name: getattr(section, setting.name) for setting in fields(kind)}
    else:
        options = rest
    secrets = {
        key.removesuffix("_env"): environment[variable]
        for key, variable in options.items()
        if key.endswith("_env") and isinstance(variable, str) and environment.get(variable)
    }
    return WayTable(name, part, options, secrets)


def _read_section(kind: type[Section], name: str, written: Any, faults: list[Fault]) -> Section:
    """Return the section with defaults filled in; what is wrong goes to `faults`."""
    if not isinstance(written, dict):
        faults.append(
            Fault(f"{FILE}, {name}", "must be a section.", f"Write [{name}] on a line of its own.")
        )
        return kind()
    known = {setting.name: setting for setting in fields(kind)}  # type: ignore[arg-type]
    values = {}
    for key, value in written.items():
        where = f"{FILE}, [{name}] {key}"
        if key not in known:
            faults.append(_unknown(key, f"{FILE}, [{name}]", key, known))
            continue
        default = known[key].default
        assert default is not MISSING
        if isinstance(default, tuple) and isinstance(value, list):
            value = tuple(value)
        check = known[key].metadata["check"] or _nothing
        if complaint := _wrong_type(value, default) or check(value):
            faults.append(Fault(where, f"is {value!r}.", complaint))
        else:
            values[key] = value
    return kind(**values)


def _wrong_type(value: Any, default: Any) -> str | None:
    # A bool is an int to Python, but `port = true` is a mistake.
    if type(value) is not type(default):
        return {
            bool: "Write true or false.",
            int: "Write a whole number without quotation marks.",
            str: "Write text in quotation marks.",
            tuple: 'Write a list, such as ["a", "b"].',
        }[type(default)]
    if isinstance(value, tuple) and not all(isinstance(one, str) for one in value):
        return "Write each entry in quotation marks."
    return None


def _nothing(value: Any) -> None:
    """Find no fault."""


def _unknown(what: str, where: str, name: str, known: Mapping[str, Any]) -> Fault:
    near = difflib.get_close_matches(name, known, n=1)
    mend = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(known)}."
    return Fault(where, f"{what} is not a setting.", mend)

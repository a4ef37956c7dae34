"""What a person can set, type or meet is in the reference."""

import argparse
import dataclasses
import re
from pathlib import Path

import pytest

from masthead.cli.main import make_parser
from masthead.config.installation import ENVIRONMENT
from masthead.config.sections import SECTIONS, WAYS

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"


@pytest.fixture(scope="module")
def settings_page() -> str:
    return (REFERENCE / "settings.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def commands_page() -> str:
    return (REFERENCE / "commands.md").read_text(encoding="utf-8")


def part(page: str, heading: str) -> str:
    """Return what stands beneath a heading, up to the next of its level."""
    assert f"\n## {heading}\n" in page, f"There is no heading “{heading}”."
    return page.split(f"\n## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize(
    ("section", "setting"),
    [
        pytest.param(name, one, id=f"{name}.{one.name}")
        for name, kind in SECTIONS.items()
        for one in dataclasses.fields(kind)
    ],
)
def test_every_setting_is_in_the_reference_with_its_default(settings_page, section, setting):
    from masthead.cli.new import _toml

    row = f"| `{setting.name}` | `{_toml(setting.default)}` |"
    assert row in part(settings_page, f"`[{section}]`")


@pytest.mark.parametrize("way", WAYS)
def test_every_setting_of_a_way_to_pay_is_in_the_reference(settings_page, way):
    from masthead.cli.new import _toml

    text = part(settings_page, "`[payments]`").split(f'\nWith `part = "{way}"`')[1]
    text = text.split("\nWith `part")[0]
    for one in dataclasses.fields(WAYS[way]):
        assert f"| `{one.name}` | `{_toml(one.default)}` |" in text, one.name


@pytest.mark.parametrize("variable", ENVIRONMENT)
def test_every_variable_is_in_the_reference(settings_page, variable):
    assert f"| `{variable}` |" in part(settings_page, "Environment")


def test_every_variable_the_code_reads_is_declared():
    package = REFERENCE.parents[1] / "masthead"
    used = {
        name
        for path in package.rglob("*.py")
        for name in re.findall(r"\bMASTHEAD_[A-Z_]+", path.read_text(encoding="utf-8"))
    }
    assert used <= ENVIRONMENT.keys()


def commands() -> dict[str, argparse.ArgumentParser]:
    parser = make_parser()
    (subparsers,) = (
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    )
    return dict(subparsers.choices)


def parsers(name: str, parser: argparse.ArgumentParser):
    """Yield a command and the commands within it."""
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner, subparser in action.choices.items():
                yield from parsers(f"{name} {inner}", subparser)


@pytest.mark.parametrize(
    ("command", "parser"),
    [
        pytest.param(*one, id=one[0])
        for name, parser in commands().items()
        for one in parsers(name, parser)
    ],
)
def test_every_command_and_option_is_in_the_reference(commands_page, command, parser):
    text = part(commands_page, f"`masthead {command}`")
    for action in parser._actions:
        for option in action.option_strings:
            if option not in ("-h", "--help"):
                assert f"`{option}" in text, f"{option} of masthead {command} is undocumented."


PASSES_ON = re.compile(
    r"\b(?:proxy_pass|reverse_proxy|fastcgi_pass|ProxyPass|uwsgi_pass)\b|^backend ", re.M
)
"""What stands in the settings of a proxy that hands requests on to Masthead."""


def proxies() -> dict[str, str]:
    """Return all settings for proxies that we print or write."""
    root = REFERENCE.parents[1]
    found = {
        f"{page.relative_to(root)}: {block.split(maxsplit=1)[0]} {number}": block
        for page in [*root.glob("*.md"), *root.glob("docs/**/*.md")]
        for number, block in enumerate(
            re.findall(r"^```[^\n]*\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S)
        )
        if PASSES_ON.search(block)
    }
    ours = root / "masthead" / "edge" / "nginx" / "nginx.conf"
    return found | {ours.name: ours.read_text(encoding="utf-8")}


def test_every_proxy_that_we_describe_says_itself_who_asks_and_how():
    """Else strangers say it, and read as an institution whose network they name."""
    assert len(proxies()) >= 3
    silent = [
        f"{where}: {header}"
        for where, settings in proxies().items()
        for header in ("X-Forwarded-For", "X-Forwarded-Proto")
        if header not in settings
    ]
    assert not silent


def test_every_link_between_our_pages_leads_somewhere():
    root = REFERENCE.parents[1]
    pages = [*root.glob("*.md"), *root.glob("docs/**/*.md")]
    broken = [
        f"{page.relative_to(root)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", _prose(page))
        if ":" not in target and not (page.parent / target).exists()
    ]
    assert len(pages) > 10
    assert not broken


def _prose(page: Path) -> str:
    """Return a page without its examples of Markdown, whose links are nobody's."""
    text = re.sub(r"^(`{3,}|~{3,}).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)

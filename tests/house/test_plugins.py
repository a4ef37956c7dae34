from importlib.metadata import EntryPoint, EntryPoints

import pytest

from masthead import plugins


@pytest.fixture
def announced(monkeypatch):
    def announce(*points: EntryPoint):
        monkeypatch.setattr(
            plugins, "entry_points", lambda group: EntryPoints(points).select(group=group)
        )

    return announce


def point(name: str, value: str = "math:sqrt") -> EntryPoint:
    return EntryPoint(name, value, "masthead.payments")


def test_a_part_is_found_by_its_name(announced):
    announced(point("root"), point("broken", "no_such_module:thing"))
    assert plugins.load("payments", "root")(9) == 3


def test_an_unknown_part_names_what_is_installed(announced):
    announced(point("root"))
    with pytest.raises(plugins.UnknownPart, match=r"known: root"):
        plugins.load("payments", "stripe")


def test_where_nothing_is_installed_that_is_said():
    with pytest.raises(plugins.UnknownPart, match="known: none"):
        plugins.load("nowhere", "stripe")


def test_two_packages_of_one_name_are_not_guessed_between(announced):
    announced(point("root"), point("root", "math:cbrt"))
    with pytest.raises(plugins.UnknownPart, match="Uninstall all but one"):
        plugins.load("payments", "root")


def test_one_package_announced_twice_is_one(announced):
    announced(point("root"), point("root"))
    assert plugins.load("payments", "root")(4) == 2

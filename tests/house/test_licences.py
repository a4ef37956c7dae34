import pytest

from tests.house import licences


@pytest.mark.parametrize(
    "words", ["BSD-3-Clause", "MIT", "Apache-2.0 OR GPL-2.0-or-later", "MPL-2.0", "MIT License"]
)
def test_free_licences_pass(words):
    assert licences.complaint("x", words) is None


@pytest.mark.parametrize(
    "words",
    [
        "AGPL-3.0-only",
        "GPL-3.0-or-later",
        "GNU Affero General Public License v3",
        "GNU General Public License v2 (GPLv2)",
        "GNU Lesser General Public License v3 (LGPLv3)",
        "LGPL-3.0-only",
        "",
    ],
)
def test_binding_or_unknown_licences_do_not(words):
    assert licences.complaint("x", words)


def test_what_is_accepted_is_named_with_a_reason():
    assert licences.complaint("psycopg", "LGPL-3.0-only") is None
    assert all(len(reason) > 10 for reason in licences.ACCEPTED.values())


def test_nothing_installed_here_is_refused():
    assert list(licences.complaints()) == []

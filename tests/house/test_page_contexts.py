"""The promise to the authors of themes is written down."""

import pytest

from tests.house.page_contexts import written


@pytest.mark.parametrize("path", written(), ids=lambda path: path.name)
def test_every_field_that_a_theme_may_use_is_documented(path) -> None:
    assert path.read_text(encoding="utf-8") == written()[path], (
        "Write it anew: python -m tests.house.page_contexts"
    )

"""The promise to the authors of themes is written down."""

from tests.house.page_contexts import PAGE, contexts


def test_every_field_that_a_template_may_use_is_documented() -> None:
    assert PAGE.read_text(encoding="utf-8") == contexts(), (
        "Write it anew: python -m tests.house.page_contexts"
    )

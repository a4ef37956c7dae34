"""What is asked of an object storage, and how often."""

from __future__ import annotations

import io

import pytest
from botocore.response import StreamingBody
from botocore.stub import Stubber

from masthead.config.objects import PageObjects


@pytest.fixture
def storage() -> PageObjects:
    return PageObjects(
        bucket_name="lantern",
        endpoint_url="http://127.0.0.1:1",
        region_name="eu-central-1",
        access_key="key",
        secret_key="secret",
        location="pages",
    )


def test_words_of_a_page_are_fetched_with_one_request(storage):
    with Stubber(storage.connection.meta.client) as asked:
        asked.add_response(
            "get_object",
            {"Body": StreamingBody(io.BytesIO(b"words"), 5)},
            {"Bucket": "lantern", "Key": "pages/ab/abcd"},
        )
        with storage.open("ab/abcd") as file:
            assert file.read() == b"words"
        asked.assert_no_pending_responses()


def test_words_that_are_not_there_are_said_not_to_be(storage):
    with Stubber(storage.connection.meta.client) as asked:
        asked.add_client_error("get_object", "NoSuchKey", http_status_code=404)
        with pytest.raises(FileNotFoundError):
            storage.open("ab/abcd")

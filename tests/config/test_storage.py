import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages


def test_private_files_have_no_address():
    private = storages["private"]
    name = private.save("letter.txt", ContentFile(b"secret"))
    with pytest.raises(ValueError, match="through the gate"):
        private.url(name)


@pytest.mark.parametrize(
    "address",
    ["/media/../.env", "/media/..%2f.env", "/media/%2e%2e/masthead.toml", "/media//etc/passwd"],
)
@pytest.mark.django_db
def test_no_address_leads_out_of_the_public_folder(client, address):
    assert client.get(address).status_code in (301, 302, 400, 404)


RENDITION = f"pictures/ab/{'ab' * 32}/0123456789abcdef.png"


@pytest.mark.django_db
def test_private_files_are_not_among_the_public_ones(client):
    name = storages["private"].save("letter.txt", ContentFile(b"secret"))
    assert client.get(f"/media/{name}").status_code == 404
    public = storages["public"].save(RENDITION, ContentFile(b"light"))
    response = client.get(f"/media/{public}")
    assert b"".join(response.streaming_content) == b"light"
    assert response["Cache-Control"] == "public, max-age=2592000"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["lamp.txt", "pictures/lamp.png", f"{RENDITION}.html", "a.svg"])
def test_only_renditions_have_a_public_address_whatever_else_lies_there(client, name):
    public = storages["public"].save(name, ContentFile(b"<script>alert(1)</script>"))
    assert client.get(f"/media/{public}").status_code == 404


def test_what_a_package_stores_without_asking_where_is_private():
    from wagtail.models import UploadedFile

    name = storages["default"].save("upload.jpg", ContentFile(b"secret"))
    with pytest.raises(ValueError, match="through the gate"):
        storages["default"].url(name)
    waiting = UploadedFile._meta.get_field("file").storage
    assert waiting.location == storages["private"].location

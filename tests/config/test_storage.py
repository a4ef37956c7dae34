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


@pytest.mark.django_db
def test_private_files_are_not_among_the_public_ones(client):
    name = storages["private"].save("letter.txt", ContentFile(b"secret"))
    assert client.get(f"/media/{name}").status_code == 404
    public = storages["default"].save("lamp.txt", ContentFile(b"light"))
    response = client.get(f"/media/{public}")
    assert b"".join(response.streaming_content) == b"light"
    assert "max-age" in response["Cache-Control"]

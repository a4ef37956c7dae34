from pathlib import Path

import pytest

from masthead.config import installation
from masthead.config.installation import BrokenInstallation, find_home, read

SECRET = {"MASTHEAD_SECRET_KEY": "x" * 50}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write(tmp_path, "")
    return tmp_path


def write(home: Path, text: str) -> None:
    (home / "masthead.toml").write_text(text, encoding="utf-8")


def faults(home: Path, environment=SECRET) -> list[str]:
    with pytest.raises(BrokenInstallation) as broken:
        read(home, environment)
    return [str(fault) for fault in broken.value.faults]


def test_an_empty_file_means_the_defaults(home):
    read_one = read(home, SECRET)
    assert read_one.magazine.address == "http://localhost:8000"
    assert read_one.server.port == 8000
    assert read_one.database.url == ""
    assert read_one.sender == "editor@localhost"
    assert not read_one.debug


def test_what_the_owner_writes_is_what_counts(home):
    write(
        home,
        """
        [magazine]
        name = "The Lantern"
        address = "https://lantern.example"
        time_zone = "Europe/Paris"
        [server]
        port = 80
        also_answers_to = ["www.lantern.example"]
        """,
    )
    lantern = read(home, SECRET)
    assert lantern.magazine.name == "The Lantern"
    assert lantern.server.also_answers_to == ("www.lantern.example",)
    assert lantern.is_https
    assert lantern.host_name == "lantern.example"


def test_all_faults_are_told_at_once_each_with_file_key_and_remedy(home):
    write(
        home,
        """
        [magazine]
        nmae = "The Lantern"
        address = "lantern.example"
        language = "English"
        time_zone = "Paris"
        [server]
        port = "8000"
        threads = 0
        production = 1
        also_answers_to = "www"
        [paper]
        colour = "pink"
        """,
    )
    told = faults(home, {})
    assert len(told) == 10
    for expected in (
        "masthead.toml, [magazine]: nmae is not a setting. Did you mean name?",
        "masthead.toml, [magazine] address: is 'lantern.example'. Write a whole address",
        "masthead.toml, [magazine] language: is 'English'. Write a language tag",
        "masthead.toml, [magazine] time_zone: is 'Paris'. Write a zone",
        "masthead.toml, [server] port: is '8000'. Write a whole number",
        "masthead.toml, [server] threads: is 0. Choose a number from 1 to 64.",
        "masthead.toml, [server] production: is 1. Write true or false.",
        "masthead.toml, [server] also_answers_to: is 'www'. Write a list",
        "masthead.toml: [paper] is not a setting. Known are: magazine, server",
        "MASTHEAD_SECRET_KEY: no secret key",
    ):
        assert any(line.startswith(expected) for line in told), expected


def test_a_contact_is_somewhere_to_write_to_and_a_day_is_a_day(home):
    write(
        home,
        """
        [contact]
        accessibility = "desk@lantern.example"
        security = "http://lantern.example/security"
        security_until = "30 June 2027"
        """,
    )
    told = faults(home)
    assert len(told) == 3
    for expected in (
        "masthead.toml, [contact] accessibility: is 'desk@lantern.example'. Write mailto:",
        "masthead.toml, [contact] security: is 'http://lantern.example/security'. Write mailto:",
        "masthead.toml, [contact] security_until: is '30 June 2027'. Write a day",
    ):
        assert any(line.startswith(expected) for line in told), expected


@pytest.mark.parametrize("day", ["20270630", "2027-W26-3", "2027-6-30"])
def test_a_day_is_written_in_one_way_only(home, day):
    write(home, f'[contact]\nsecurity_until = "{day}"')
    assert "Write a day as year, month, day" in faults(home)[0]


def test_letters_come_from_an_address_with_a_name_but_go_to_the_address(home):
    write(home, '[mail]\nsender = "The Lantern <desk@lantern.example>"')
    assert read(home, SECRET).accessibility_contact == "mailto:desk@lantern.example"


def test_true_is_no_port(home):
    write(home, "[server]\nport = true")
    assert "Write a whole number" in faults(home)[0]


def test_a_section_must_be_a_section(home):
    write(home, 'magazine = "The Lantern"')
    assert faults(home) == [
        "masthead.toml, magazine: must be a section. Write [magazine] on a line of its own."
    ]


def test_what_is_no_toml_is_told_with_its_line(home):
    write(home, "[magazine]\nname = The Lantern")
    assert "line 2" in faults(home)[0]


def test_what_is_no_utf8_is_told(home):
    (home / "masthead.toml").write_bytes(b'[magazine]\nname = "\xff\xfe"')
    assert faults(home) == ["masthead.toml: is not UTF-8. Save it as UTF-8."]


@pytest.mark.parametrize(
    ("section", "line"),
    [
        ("magazine", 'name = " "'),
        ("magazine", 'address = "https://lantern.example/sub/"'),
        ("database", 'url = "mysql://localhost/lantern"'),
        ("database", 'url = "postgresql://localhost"'),
        ("backups", 'at = "half past three"'),
        ("backups", "keep = -1"),
        ("mail", 'security = "ssl"'),
        ("server", "also_answers_to = [1]"),
    ],
)
def test_bad_values_are_refused(home, section, line):
    write(home, f"[{section}]\n{line}")
    assert len(faults(home)) == 1


def test_secrets_come_from_the_folder_and_the_environment_wins(home):
    (home / ".env").write_text(
        "# secrets\nMASTHEAD_SECRET_KEY='from the file'\nMASTHEAD_MAIL_PASSWORD=pw\n"
    )
    assert read(home, {}).secret_key == "from the file"
    assert read(home, {}).mail_password == "pw"
    assert read(home, SECRET).secret_key == SECRET["MASTHEAD_SECRET_KEY"]


def test_a_line_in_env_that_is_no_setting_is_told(home):
    (home / ".env").write_text("MASTHEAD_SECRET_KEY\n")
    assert ".env, line 1: is no setting. Write NAME=value." in faults(home, SECRET)


def test_the_database_may_be_named_in_the_environment(home):
    url = "postgresql://masthead:secret@db/lantern"
    assert read(home, {**SECRET, "MASTHEAD_DATABASE_URL": url}).database.url == url
    assert "MASTHEAD" not in repr(read(home, SECRET).secret_key)


def test_secrets_do_not_show_when_an_installation_is_printed(home):
    assert SECRET["MASTHEAD_SECRET_KEY"] not in repr(read(home, SECRET))


def test_debugging_is_refused_in_production(home):
    write(home, "[server]\nproduction = true")
    assert faults(home, {**SECRET, "MASTHEAD_DEBUG": "1"})[0].startswith("MASTHEAD_DEBUG")


def test_an_office_with_one_proof_is_refused_in_production(home):
    write(home, "[office]\nsecond_factor = false")
    assert not read(home, SECRET).office.second_factor
    write(home, "[server]\nproduction = true\n[office]\nsecond_factor = false")
    assert "second_factor" in faults(home, SECRET)[0]


def test_home_is_the_nearest_folder_upward(home):
    inner = home / "media" / "pictures"
    inner.mkdir(parents=True)
    assert find_home({}, inner) == home


def test_masthead_home_wins_and_must_be_one(home, tmp_path):
    assert find_home({"MASTHEAD_HOME": str(home)}, Path("/")) == home
    with pytest.raises(BrokenInstallation, match="masthead new"):
        find_home({"MASTHEAD_HOME": str(tmp_path / "nowhere")}, home)


def test_outside_of_any_installation_one_learns_how_to_make_one():
    with pytest.raises(BrokenInstallation, match="masthead new my-magazine"):
        find_home({}, Path("/"))


def test_every_default_passes_its_own_check():
    assert installation.faults_in("") == ()
    from masthead.cli.new import _settings_text

    uncommented = _settings_text({}).replace("\n# ", "\n#")
    lines = [line.removeprefix("#") if " = " in line else line for line in uncommented.splitlines()]
    assert installation.faults_in("\n".join(line for line in lines if not line.endswith("."))) == ()

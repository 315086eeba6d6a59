"""What `affluent voice setup` writes into a folder of settings, new or in use for years."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from affluent.channels.voice.asterisk.existing import kept, sections, theirs
from affluent.cli.commands import app
from affluent.cli.voice.wishes import Unclear, network, numbers, ports, trunk
from affluent.cli.voice.wording import words

OLD = {
    "http.conf": "[general]\nenabled=no ; for now\nbindport=8099\n",
    "ari.conf": "[general]\nenabled = yes\n[wallboard]\ntype=user\npassword=theirs\n",
    "rtp.conf": "[general]\nrtpstart=16384\nrtpend=32767\n",
    "pjsip.conf": ";-- [udp]\ntype=transport --;\n[carrier](!)\ntype=transport\n[main](carrier)\nprotocol=udp\n"
    '#include "pjsip.d/*.conf"\n',
    "extensions.conf": "[globals]\n[default]\nexten => s,1,Hangup()",
    "queues.conf": "[general]\n",
}


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    told = CliRunner().invoke(app, ["voice", "setup", str(folder), *arguments])
    return told.exit_code, told.output


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The folder of an administrator who has had an Asterisk for years."""
    for name, text in OLD.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "pjsip.d").mkdir()
    (tmp_path / "pjsip.d/phones.conf").write_text("[reception]\ntype=endpoint\n[all]\ntype=global\n")
    return tmp_path


def test_an_empty_folder_gets_all_that_an_asterisk_needs(tmp_path: Path) -> None:
    code, told = run(
        tmp_path, "--agents", "3,7-8", "--desk-phones", "20", "--trunk", "sip.example.org",
        "--trunk", "second=192.0.2.7:5080;transport=tcp;codecs=g722+alaw;match=192.0.2.0/28",
        "--external-address", "203.0.113.5", "--local-net", "10.0.0.0/8", "--certificate", "/etc/ssl/phone.pem",
    )  # fmt: skip
    assert code == 0, told
    pjsip = (tmp_path / "affluent/pjsip.conf").read_text()
    assert all(f"[agent-{number}]" in pjsip for number in (3, 7, 8, 20)) and "sip:sip.example.org" in pjsip
    assert "match=192.0.2.0/28" in pjsip and "contact=sip:192.0.2.7:5080\\;transport=tcp" in pjsip
    assert "allow=g722,alaw" in pjsip and "transport=affluent-tcp" in pjsip
    assert pjsip.count("external_media_address=203.0.113.5") == pjsip.count("type=transport") == 4
    assert "tlscertfile=/etc/ssl/phone.pem" in (tmp_path / "affluent/http.conf").read_text()
    assert (tmp_path / "affluent/ari.conf").stat().st_mode & 0o007 == 0, "it holds a password"


def test_what_an_asterisk_has_already_stays_and_ours_goes_by_it(old: Path) -> None:
    code, told = run(old, "--desk-phones", "5", "--trunk", "sip.example.org")
    assert code == 0, told
    for name, text in OLD.items():
        now = (old / name).read_text()
        assert now.startswith(text), name
        assert (name == "queues.conf") == (now == text)
    assert (
        (old / "affluent/http.conf")
        .read_text()
        .endswith("[general](+)\nenabled=yes\nbindaddr=127.0.0.1\nsessionlimit=2000\n")
    )
    assert "rtpstart" not in (old / "affluent/rtp.conf").read_text()
    pjsip = (old / "affluent/pjsip.conf").read_text()
    assert "transport=main" in pjsip and "[affluent-udp]" not in pjsip and "type=global" not in pjsip
    assert "127.0.0.1:8099" in told, "where their server listens"
    assert "external_media_address" not in told
    assert "main" in run(old, "--external-address", "203.0.113.5")[1].rpartition("external_media_address")[0]
    assert (old / "http.conf.before-affluent").read_text() == OLD["http.conf"]


def test_run_again_it_changes_what_is_asked_and_no_password(old: Path) -> None:
    run(old, "--desk-phones", "5-6")
    before = kept(old)
    shown = run(old, "--desk-phones", "5-7", "--dry-run")
    assert shown[0] == 0 and "+[agent-7]" in shown[1] and "-[agent" not in shown[1]
    assert not any(secret in shown[1] for secret in before.values()), "passwords are shown to nobody"
    assert kept(old) == before, "a dry run writes nothing"
    run(old, "--desk-phones", "5-7")
    assert before.items() < kept(old).items()
    assert (old / "pjsip.conf").read_text().count('#include "affluent/') == 1
    assert run(old, "--desk-phones", "5-7")[1].startswith("Nothing changes")
    run(old, "--desk-phones", "5-7", "--new-passwords")
    assert not set(before.values()) & set(kept(old).values())


def test_taken_away_nothing_of_ours_is_left_and_all_of_theirs(old: Path) -> None:
    run(old, "--desk-phones", "5")
    assert run(old, "--remove", "--dry-run")[0] == 0 and (old / "affluent").is_dir()
    assert run(old, "--remove")[0] == 0
    assert {name: (old / name).read_text().rstrip("\n") for name in OLD} == {
        name: text.rstrip("\n") for name, text in OLD.items()
    }
    assert not (old / "affluent").exists()


def test_a_file_that_is_a_link_stays_one(old: Path) -> None:
    (old / "rtp.conf").rename(old / "real.conf")
    (old / "rtp.conf").symlink_to("real.conf")
    assert run(old)[0] == 0
    assert (old / "rtp.conf").is_symlink() and "affluent/rtp.conf" in (old / "real.conf").read_text()
    assert (old / "rtp.conf.before-affluent").read_text() == OLD["rtp.conf"]


def test_a_name_that_means_something_else_there_is_not_mixed_with_ours(old: Path) -> None:
    (old / "pjsip.d/more.conf").write_text("[agent-5]\ntype=endpoint\n")
    code, told = run(old, "--desk-phones", "5")
    assert code == 1 and "pjsip.conf: agent-5" in told
    assert not (old / "affluent").exists() and (old / "pjsip.conf").read_text() == OLD["pjsip.conf"]


def test_a_line_that_registers_needs_its_password_once(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    line = ("--trunk", "me@sip.example.org", "--trunk", "b=you@192.0.2.1")
    code, told = run(old, *line)
    assert code == 2 and "AFFLUENT_TRUNK_PASSWORD" in told
    monkeypatch.setenv("AFFLUENT_TRUNK_PASSWORD", "pa;ss")
    monkeypatch.setenv("AFFLUENT_TRUNK_PASSWORD_B", "other")
    assert run(old, *line)[0] == 0
    pjsip = (old / "affluent/pjsip.conf").read_text()
    assert "password=pa\\;ss" in pjsip and "client_uri=sip:you@192.0.2.1" in pjsip
    monkeypatch.delenv("AFFLUENT_TRUNK_PASSWORD")
    monkeypatch.delenv("AFFLUENT_TRUNK_PASSWORD_B")
    assert run(old, *line)[1].startswith("Nothing changes")


@pytest.mark.parametrize("text", ["a", "3-", "-1", "1-99999", "0"])
def test_what_names_no_agents_is_refused(tmp_path: Path, text: str) -> None:
    assert run(tmp_path, f"--agents={text}")[0] == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a b",
        "x;transport=carrier-pigeon",
        "x;codecs=mp3",
        "x;speed=3",
        "Agent=x",
        "agent-3=x",
        "u\n@x",
        "x;match=]",
    ],
)
def test_what_names_no_line_is_refused(text: str) -> None:
    with pytest.raises(Unclear):
        trunk(text)


def test_other_wishes_are_read_or_refused(tmp_path: Path) -> None:
    assert (numbers("9,3-4,3"), ports("1024-65535")) == ([3, 4, 9], (1024, 65_535))
    for wrong in ("9-8", "80-90", "1024"):
        with pytest.raises(Unclear):
            ports(wrong)
    with pytest.raises(Unclear):
        network("10.0.0.0/99")
    assert run(tmp_path, "--agents", "3", "--desk-phones", "3")[0] == 2
    assert run(tmp_path, "--trunk", "a=x.example")[0] == 2
    assert run(tmp_path, "--key", "k.pem")[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_settings_are_read_as_asterisk_reads_them(old: Path) -> None:
    assert theirs(old).transports == {"udp": "main"}
    assert [one.name for one in sections(old, "pjsip.conf")] == ["carrier", "main", "reception", "all"]
    (old / "loop.conf").write_text('[a]\nx = 1\n#include "loop.conf"\n[a](+)\ny => 2\n')
    assert sections(old, "loop.conf")[-1].options == {"x": "1", "y": "2"}


def test_every_sentence_is_there_in_both_languages() -> None:
    assert words("fr").keys() == words("en").keys()

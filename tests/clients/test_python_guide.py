"""The guide for integrators is run as it stands, with the generated client, against a real server."""

import importlib.util
import re
import runpy
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.channels.centre import served
from tests.web.integration import at_work

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def blocks(page: str) -> list[str]:
    return BLOCK.findall((ROOT / page).read_text(encoding="utf-8"))


def loaded(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The client, generated from today's description."""
    target = tmp_path / "affluent_client.py"
    loaded(ROOT / "clients/python/generate.py").main(str(target))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "affluent_client", raising=False)
    return target


def test_both_languages_show_the_same_code() -> None:
    assert blocks("docs/guides/en/integrate.md") == blocks("docs/guides/fr/integrer.md")


@pytest.mark.timeout(300)
def test_the_guide_works_from_key_to_close(
    dsn: str,
    client: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = tmp_path / "guide.py"
    script.write_text(
        "\n".join(blocks("docs/guides/en/integrate.md")) + "\nserver.shutdown()\nserver.server_close()\n"
    )
    with at_work(dsn, webhooks_private=True) as works, served(works.centre.app) as address:
        monkeypatch.setenv("AFFLUENT_URL", f"http://{address}")
        monkeypatch.setenv("AFFLUENT_KEY", works.key()["secret"])
        monkeypatch.setenv("AFFLUENT_BRAND", str(works.brand))
        monkeypatch.setenv("AFFLUENT_CHANNEL", str(works.channel))
        runpy.run_path(str(script))
        assert works.rows("select outcome from contact") == [{"outcome": "resolved"}]
    said = capsys.readouterr().out
    assert "Ada" in said and "It arrives tomorrow." in said


def test_a_stolen_or_stale_event_is_not_believed(client: Path) -> None:
    module = loaded(client)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    given = {
        "Webhook-Id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "Webhook-Timestamp": "1614265330",
        "Webhook-Signature": "v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    body = b'{"test": 2432232314}'
    assert module.verified(given, body, secret, now_s=1614265340) == {"test": 2432232314}
    for changed, at_s in ((b"{}", 1614265340), (body, 1614265330 + 301)):
        with pytest.raises(module.WrongSignature):
            module.verified(given, changed, secret, now_s=at_s)

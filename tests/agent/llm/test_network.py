from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from agent.cli.failures import MISSING, explain
from agent.llm.errors import BadNetwork
from agent.llm.keys import Secrets
from agent.llm.models import open_chat_model
from agent.llm.network import Proxy, certificates, check_network, is_loopback, proxy_for

REMOTE = "https://models.example/v1"
SECRETS = Secrets(Path("none"), {"OPENAI_API_KEY": "sk-secret-0123456789", "GROQ_API_KEY": "gsk-0123456789"})


@pytest.fixture(autouse=True)
def no_network_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests do not count."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST.", "a.localhost", "127.0.0.1", "127.8.9.1", "127.1", "::1", "[::1]", "0.0.0.0",
     "::ffff:127.0.0.1"],
)  # fmt: skip
def test_this_machine_is_known_by_all_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", ["", "example.com", "10.0.0.1", "localhost.example", "128.0.0.1", "fe80::1%eth0"]
)
def test_other_machines_are_not_this_one(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"HTTP_PROXY": "http://p:1"}, None),
        ({"HTTPS_PROXY": "http://p:1"}, Proxy("http://p:1", "HTTPS_PROXY")),
        ({"https_proxy": "p:1", "HTTPS_PROXY": "q:1"}, Proxy("http://p:1", "https_proxy")),
        ({"ALL_PROXY": "https://u:w@p"}, Proxy("https://u:w@p", "ALL_PROXY")),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "a, example ,b"}, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".example"}, None),
        ({"HTTPS_PROXY": "http://p:1", "no_proxy": "models.example:443"}, Proxy("http://p:1", "HTTPS_PROXY")),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "xample"}, Proxy("http://p:1", "HTTPS_PROXY")),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "[::,,//"}, Proxy("http://p:1", "HTTPS_PROXY")),
    ],
)
def test_the_environment_names_the_proxy(environment: dict[str, str], proxy: Proxy | None) -> None:
    assert proxy_for(REMOTE, environment) == proxy
    assert proxy_for("https://127.0.0.1:8/v1", environment) is None


def test_no_proxy_may_name_a_network_and_a_port() -> None:
    assert proxy_for("http://10.1.2.3/v1", {"HTTP_PROXY": "p:1", "NO_PROXY": "10.0.0.0/8"}) is None
    assert proxy_for("http://11.1.2.3/v1", {"HTTP_PROXY": "p:1", "NO_PROXY": "10.0.0.0/8"}) is not None
    assert proxy_for("http://host:81/v1", {"HTTP_PROXY": "p:1", "NO_PROXY": "host:81"}) is None
    assert proxy_for("http://host:82/v1", {"HTTP_PROXY": "p:1", "NO_PROXY": "host:81"}) is not None


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize(
    "value",
    [
        "http://",
        "http://h:port",
        "ftp://h:1",
        "http://h:99999",
        "http://[::1",
        "h st:1",
        "://",
        "socks9://h:1",
    ],
)
@pytest.mark.parametrize("model", [f"{REMOTE}#m", "openai:gpt-5-mini", "groq:llama"])
def test_a_malformed_proxy_is_an_error_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, model: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(
        BadNetwork, match=f"variable {variable} does not hold the address of a proxy"
    ) as caught:
        open_chat_model(model, secrets=SECRETS)
    failure = explain(caught.value)
    assert failure is not None and failure.exit_code == MISSING


@pytest.mark.parametrize("model", [f"{REMOTE}#m", "openai:gpt-5-mini", "groq:llama"])
def test_a_socks_proxy_without_its_package_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://me:secret-word@127.0.0.1:9")
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "socksio" else find(name, *more)
    )
    with pytest.raises(
        BadNetwork, match=r"variable ALL_PROXY names a SOCKS proxy.* pip install socksio"
    ) as caught:
        open_chat_model(model, secrets=SECRETS)
    assert "secret-word" not in str(caught.value)


@pytest.mark.parametrize(
    "variable", ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]
)
@pytest.mark.parametrize("model", [f"{REMOTE}#m", "openai:gpt-5-mini", "groq:llama"])
def test_a_dead_file_of_certificates_is_an_error_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str, model: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "gone.pem"))
    with pytest.raises(
        BadNetwork, match=rf"variable {variable} names '.*gone\.pem' .* there is no such file"
    ) as caught:
        open_chat_model(model, secrets=SECRETS)
    failure = explain(caught.value)
    assert failure is not None and failure.exit_code == MISSING
    garbage = tmp_path / "garbage.pem"
    garbage.write_text("no certificate", encoding="utf-8")
    monkeypatch.setenv(variable, str(garbage))
    with pytest.raises(BadNetwork, match="cannot be read as that"):
        check_network()


def test_nothing_named_is_nothing_wrong(tmp_path: Path) -> None:
    check_network({})
    assert certificates({}) is None
    assert certificates({"SSL_CERT_DIR": str(tmp_path)}) is not None


@pytest.mark.parametrize("model", ["http://127.0.0.1:9/v1#m", "http://[::1]:9/v1", "https://localhost:9/v1"])
def test_a_model_on_this_machine_opens_whatever_proxies_are_named(
    monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.setenv(variable, "socks5://[")
    open_chat_model(model, secrets=SECRETS).close()

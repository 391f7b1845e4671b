import pytest

from agent.errors import BadConfig
from agent.web.server.listening import bind


def test_a_port_in_use_is_said_with_what_to_do() -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadConfig, match=f"port {port} is in use; choose another with --port"):
            bind("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("no such host", 0), ("127.0.0.1", 70_000)])
def test_an_address_that_cannot_be_bound(host: str, port: int) -> None:
    with pytest.raises(BadConfig, match=r"cannot listen on .*; expected an address of this machine"):
        bind(host, port)


@pytest.mark.parametrize("host", ["", " "])
def test_no_host_is_not_taken_for_all_of_them(host: str) -> None:
    with pytest.raises(BadConfig, match=r"no host is named; .*0\.0\.0\.0 for all"):
        bind(host, 0)

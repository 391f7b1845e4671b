import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from agent.errors import BadConfig, UnknownRun
from agent.web.server.answers import view
from agent.web.server.app import make_app
from agent.web.server.security import CONTENT_SECURITY_POLICY, Access
from agent.web.views.folders import Folders

HERE = "http://127.0.0.1:8420"


def explain(error: Exception) -> dict[str, Any] | None:
    if isinstance(error, UnknownRun):
        return {"kind": "UnknownRun", "message": str(error), "did_you_mean": ["abc"]}
    return None


@contextmanager
def served(tmp_path: Path, access: Access, address: str = HERE) -> Iterator[TestClient]:
    with TestClient(make_app(Folders(runs=tmp_path), access, explain), base_url=address) as client:
        yield client


def local(**more: Any) -> Access:
    return Access(host="127.0.0.1", port=8420, **more)


def test_the_page_and_its_files_are_served_with_a_strict_policy(tmp_path: Path) -> None:
    with served(tmp_path, local()) as client:
        for path in ("/", "/static/js/main.js", "/static/css/base.css"):
            answer = client.get(path)
            assert answer.status_code == 200
            assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
            assert answer.headers["x-content-type-options"] == "nosniff"
    assert "unsafe" not in CONTENT_SECURITY_POLICY


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/server/app.py", "/static//etc/passwd", "/etc/passwd"]
)
def test_nothing_else_of_the_disk_is_served(tmp_path: Path, path: str) -> None:
    with served(tmp_path, local()) as client:
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "host", ["evil.example:8420", "127.0.0.1:9", "127.0.0.1.evil.example:8420", "localhost"]
)
def test_a_name_that_was_made_to_point_here_is_not_answered(tmp_path: Path, host: str) -> None:
    with served(tmp_path, local()) as client:
        for path in ("/", "/api/about", "/static/js/main.js"):
            answer = client.get(path, headers={"host": host})
            assert answer.status_code == 421
            assert answer.json()["error"]["kind"] == "WrongHost"


@pytest.mark.parametrize("port", [b"\xb2", b"9" * 5_000, b"-1", b"8420 ", b""])
def test_a_port_that_is_none_is_refused_as_any_other_name(tmp_path: Path, port: bytes) -> None:
    with served(tmp_path, local()) as client:
        assert client.get("/", headers={"host": b"127.0.0.1:" + port}).status_code == 421
        answer = client.get("/api/about", headers={"origin": b"http://127.0.0.1:" + port})
        assert answer.status_code == 403


@pytest.mark.parametrize("name", ["http://box.lan", "box.lan:80", "a b", "", "box.lan/", "-box"])
def test_a_name_that_no_request_can_carry_is_refused_at_once(name: str) -> None:
    with pytest.raises(BadConfig, match="expected a name without scheme and port"):
        local(names=(name,))


def test_what_no_browser_can_read_is_told_without_it(tmp_path: Path) -> None:
    """A number that is not finite, or half a character, is null or escaped; it does not end the page."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    def told(_: object) -> object:
        return {"a": [float("nan"), 1.5, float("inf")], "b": "half \ud800", "é": 1}

    def fails(_: object) -> object:
        raise UnknownRun("no run 'half \ud800'")

    app = Starlette(routes=[Route("/", view(told, explain)), Route("/fails", view(fails, explain))])
    with TestClient(app) as client:
        text = client.get("/").text
        assert json.loads(text) == {"a": [None, 1.5, None], "b": "half \ud800", "é": 1}
        assert client.get("/fails").status_code == 404


@pytest.mark.parametrize("host", ["localhost:8420", "LOCALHOST:8420", "127.0.0.1:8420", "[::1]:8420"])
def test_this_machine_is_answered_under_its_own_names(tmp_path: Path, host: str) -> None:
    with served(tmp_path, local()) as client:
        assert client.get("/api/about", headers={"host": host}).json()["game"] == "crafter"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "https://127.0.0.1:8420"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_other_sites_can_neither_read_nor_write(tmp_path: Path, headers: dict[str, str]) -> None:
    access = local()
    headers = {**headers, "authorization": f"Bearer {access.token}"}
    with served(tmp_path, access) as client:
        for answer in (client.get("/api/about", headers=headers), client.post("/api/about", headers=headers)):
            assert answer.status_code == 403
            assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic {token}", "{token}", "Bearer é"]
)
def test_writing_needs_the_token_on_loopback_too(tmp_path: Path, given: str) -> None:
    access = local()
    headers = {"authorization": given.replace("{token}", access.token).encode()}
    with served(tmp_path, access) as client:
        assert client.get("/api/about").status_code == 200
        assert client.post("/api/anything", headers=headers).status_code == 401
        own = {"authorization": f"Bearer {access.token}", "origin": HERE}
        assert client.post("/api/anything", headers=own).status_code == 404


def test_pages_cannot_be_written_to(tmp_path: Path) -> None:
    with served(tmp_path, local()) as client:
        assert client.post("/").status_code == 405


def test_bound_elsewhere_reading_needs_the_token_too(tmp_path: Path) -> None:
    access = Access(host="0.0.0.0", port=8420)
    with served(tmp_path, access, "http://192.0.2.7:8420") as client:
        assert client.get("/").status_code == 200
        assert client.get("/api/about").status_code == 401
        token = {"authorization": f"Bearer {access.token}"}
        assert client.get("/api/about", headers=token).status_code == 200
        rebound = {**token, "host": "evil.example:8420"}
        assert client.get("/api/about", headers=rebound).status_code == 421


def test_a_name_that_is_given_is_answered_and_no_other(tmp_path: Path) -> None:
    access = Access(host="0.0.0.0", port=8420, names=("Box.lan",))
    with served(tmp_path, access, "http://box.lan:8420") as client:
        assert client.get("/").status_code == 200
        assert client.get("/", headers={"host": "192.0.2.7:8420"}).status_code == 421


def test_the_token_is_in_the_address_and_nowhere_else() -> None:
    access = local()
    assert access.address() == f"{HERE}/#token={access.token}"
    assert access.token not in repr(access)
    assert Access(host="::1", port=1).address().startswith("http://[::1]:1/#")
    assert len({local().token for _ in range(10)}) == 10


def test_errors_for_people_are_told_and_others_are_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.routing import Route

    def fails(request: Request) -> object:
        raise UnknownRun("no run 'x'") if "known" in request.query_params else ZeroDivisionError("secret")

    with TestClient(Starlette(routes=[Route("/", view(fails, explain))])) as client:
        known = client.get("/?known=1")
        assert (known.status_code, known.json()["error"]["message"]) == (404, "no run 'x'")
        unknown = client.get("/")
        assert unknown.status_code == 500
        assert "secret" not in unknown.text
    assert "secret" in caplog.text


def test_what_has_not_changed_is_not_sent_again(tmp_path: Path) -> None:
    with served(tmp_path, local()) as client:
        first = client.get("/api/about")
        again = client.get("/api/about", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

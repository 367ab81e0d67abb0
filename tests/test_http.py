from __future__ import annotations

import os
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest

from doubles.hostile import BROKEN, ENDLESS, Behave, hostile
from runbookkit.app.online import OnlineChecks
from runbookkit.errors import CouldNotCheckError
from runbookkit.http import Bounds, Endpoint, HttpClient, HttpError
from servers import need

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path.split("?", 1)[0]
        if path == "/moved":
            self.send_response(302)
            self.send_header("location", "/page")
            self.end_headers()
        elif path == "/drip":
            self._drip()
        elif path == "/port":
            self._say(200, str(self.client_address[1]).encode())
        elif path == "/api/v1/label/__name__/values":
            self._say(200, b'{"status":"success","data":["up"]}')
        elif path == "/html/api/v1/label/__name__/values":
            self._say(200, b"<html>")
        elif path == "/large":
            self._say(200, b"x" * 100_000)
        else:
            status = {"/page": 200, "/login": 401, "/broken": 502}.get(path, 404)
            self._say(status, b"ok")

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("content-length", "1000")
        self.end_headers()
        for _ in range(100):
            try:
                self.wfile.write(b"x")
            except OSError:
                return
            threading.Event().wait(0.02)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


class Persistent(Handler):
    protocol_version = "HTTP/1.1"


@contextmanager
def server(kind: type[Handler] = Handler) -> Iterator[str]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}"
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def checks(prometheus_url: str = "") -> OnlineChecks:
    client = HttpClient(Bounds(seconds=5, redirects=3))
    return OnlineChecks(
        links=client, prometheus=HttpClient(), prometheus_url=prometheus_url
    )


def test_a_slow_body_ends_at_the_deadline_of_the_whole_exchange() -> None:
    with server() as url, pytest.raises(HttpError, match="took more than"):
        HttpClient(Bounds(seconds=0.2)).get(f"{url}/drip")


def test_a_large_body_ends_at_the_bound() -> None:
    with server() as url, pytest.raises(HttpError, match="more than 1000 bytes"):
        HttpClient(Bounds(max_bytes=1000)).get(f"{url}/large")


def test_a_server_that_is_not_there_is_an_error_that_names_it() -> None:
    with server() as url:
        pass

    with pytest.raises(HttpError, match=url):
        HttpClient(Bounds(seconds=1)).get(url)


def test_a_redirect_is_an_answer_unless_it_may_be_followed() -> None:
    with server() as url:
        assert HttpClient().get(f"{url}/moved").status == 302
        assert HttpClient(Bounds(redirects=2)).get(f"{url}/moved").status == 200


def test_a_missing_page_is_told_from_one_that_could_not_be_asked() -> None:
    with server() as url:
        assert not checks().link_problem(f"{url}/page#part")
        assert checks().link_problem(f"{url}/gone") == "answers 404"
        for path in ("/login", "/broken"):
            with pytest.raises(CouldNotCheckError, match=path):
                checks().link_problem(url + path)


def test_prometheus_is_asked_which_metrics_exist() -> None:
    with server() as url:
        assert checks(url).has_metric("up")
        assert not checks(url).has_metric("down")


def test_an_answer_that_is_not_prometheus_could_not_be_checked() -> None:
    with server() as url, pytest.raises(CouldNotCheckError, match="not Prometheus"):
        checks(f"{url}/html").has_metric("up")
    with pytest.raises(CouldNotCheckError, match="prometheus_url"):
        checks().has_metric("up")


def test_a_kept_connection_serves_the_next_exchange_and_is_cut_like_a_new_one() -> None:
    with server(Persistent) as url:
        client = HttpClient(Bounds(seconds=0.5), keeps=True)
        ports = {client.get(f"{url}/port").body for _ in range(3)}
        with pytest.raises(HttpError, match="took more than"):
            client.get(f"{url}/drip")
        after = client.get(f"{url}/port").body

    assert len(ports) == 1
    assert after not in ports


class Stuck(httpx2.BaseTransport):
    """Hangs where no time-out of the library holds, as a name look-up may."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.let_go.wait(600)
        return httpx2.Response(200, request=request)


def test_what_the_library_cannot_end_is_left_behind_at_the_deadline() -> None:
    stuck = Stuck()

    with pytest.raises(HttpError, match=r"took more than 0\.2 s"):
        HttpClient(Bounds(seconds=0.2), transport=stuck).get("http://slow.test")

    stuck.let_go.set()


@contextmanager
def over_tls(folder: Path, behave: Behave) -> Iterator[str]:
    """Serve a behaviour over TLS, with a certificate of the folder."""
    subprocess.run(
        [
            *(need("openssl"), "req", "-x509", "-newkey", "ec", "-nodes"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"),
            *("-keyout", folder / "key.pem", "-out", folder / "cert.pem"),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")

    with hostile(behave, context) as url:
        yield url.replace("http://", "https://")


def client_of(folder: Path, url: str, seconds: float = 5) -> HttpClient:
    endpoint = Endpoint(url, ca_file=str(folder / "cert.pem"))
    return HttpClient(Bounds(seconds=seconds), endpoint)


def test_a_server_that_drips_over_tls_ends_at_the_deadline(tmp_path: Path) -> None:
    said = pytest.raises(HttpError, match=r"took more than 0\.5 s")
    with over_tls(tmp_path, ENDLESS["drips"]) as url, said:
        client_of(tmp_path, url, 0.5).get(url)

    left = [each.name for each in threading.enumerate() if "_run" in each.name]
    assert left == []


def test_a_certificate_is_checked_against_the_ones_that_are_configured(
    tmp_path: Path,
) -> None:
    with over_tls(tmp_path, BROKEN["sends null"]) as url:
        assert client_of(tmp_path, url).get(url).body == b"null"
        with pytest.raises(HttpError, match="CERTIFICATE_VERIFY_FAILED"):
            HttpClient(endpoint=Endpoint(url)).get(url)


def test_certificates_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    url = "https://127.0.0.1:9"

    with pytest.raises(HttpError, match=r"cert\.pem: no certificates"):
        client_of(tmp_path, url).get(url)


@pytest.mark.parametrize("url", ["http://a..b/", "http://[::1/", "gopher://x/", "/x"])
def test_what_is_no_address_is_an_error(url: str) -> None:
    with pytest.raises(HttpError) as caught:
        HttpClient(Bounds(seconds=2)).get(url)

    assert caught.value.failure == "refused"


def test_a_header_that_cannot_be_sent_is_an_error() -> None:
    with server() as url, pytest.raises(HttpError) as caught:
        HttpClient(endpoint=Endpoint(url, bearer="é\n")).get(url)

    assert caught.value.failure == "refused"


def test_secrets_of_an_endpoint_are_not_in_its_text() -> None:
    endpoint = Endpoint(
        "http://x.test", bearer="s3cret", password="s3cret", headers={"x": "s3cret"}
    )

    assert "s3cret" not in repr(endpoint)


def test_an_address_in_a_message_has_neither_password_nor_parameters() -> None:
    with server() as url:
        pass
    secret = url.replace("//", "//me:pa55@") + "/x?token=pa55"

    with pytest.raises(HttpError) as caught:
        HttpClient(Bounds(seconds=1)).get(secret)

    assert str(caught.value).startswith(f"{url}/x: ")
    assert "pa55" not in str(caught.value)


def test_a_proxy_of_the_environment_does_not_stand_before_this_machine() -> None:
    program = (
        "import sys; from runbookkit.http import HttpClient;"
        "print(HttpClient().get(sys.argv[1]).status)"
    )
    proxy = {f"{each}_proxy": "http://127.0.0.1:9" for each in ("http", "https", "all")}

    with server() as url:
        done = subprocess.run(
            [sys.executable, "-c", program, f"{url}/page"],
            env={**os.environ, **proxy, "no_proxy": ""},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.stdout.strip() == "200", done.stderr

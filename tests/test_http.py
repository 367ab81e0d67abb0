from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from runbookkit.app.online import OnlineChecks
from runbookkit.errors import CouldNotCheckError
from runbookkit.http import Bounds, HttpClient, HttpError

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

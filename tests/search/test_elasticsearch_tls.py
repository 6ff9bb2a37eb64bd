"""Elasticsearch behind TLS with a private certificate authority: only the right server is spoken to, and why not is told."""

import socket
import ssl
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
import trustme

from market.kernel.settings import Settings
from search.engine import EngineQuery, EngineUnavailable
from search.engines import open_engine
from tests.search.conftest import elasticsearch_engine
from tests.search.test_engine import document, numbers_of


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def name(elasticsearch_url):
    """An index that holds one listing."""
    with elasticsearch_engine(elasticsearch_url) as engine:
        engine.prepare()
        engine.apply([document(1, "枸杞")])
        yield engine._name


@contextmanager
def tls_in_front_of(url, certificate):
    """A port that speaks TLS with this certificate and hands what it reads to the server of the address."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    certificate.configure_cert(context)
    target = urlsplit(url)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, context, (target.hostname, target.port)), daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener, context, target):
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        try:
            near = context.wrap_socket(plain, server_side=True)
        except (ssl.SSLError, OSError):  # the client does not trust us and hangs up
            plain.close()
            continue
        far = socket.create_connection(target)
        for source, sink in ((near, far), (far, near)):
            threading.Thread(target=_pass_on, args=(source, sink), daemon=True).start()


def _pass_on(source, sink):
    try:
        while data := source.recv(65_536):
            sink.sendall(data)
    except (ssl.SSLError, OSError):
        pass
    for one in (source, sink):
        one.close()


def opened(url, name, ca_file, tmp_path):
    settings = Settings(data_dir=tmp_path, search_url=url, search_index=name, search_ca_file=ca_file)
    return open_engine(settings, writable=False)


def test_search_works_when_the_authority_is_named(authority, name, elasticsearch_url, tmp_path):
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with tls_in_front_of(elasticsearch_url, authority.issue_cert("127.0.0.1")) as url:
        engine = opened(url, name, tmp_path / "ca.pem", tmp_path)
        assert numbers_of(engine) == [1]
        engine.close()


@pytest.mark.parametrize("fault", ["another authority", "another host", "no authority named"])
def test_a_server_that_cannot_be_trusted_is_not_spoken_to(authority, name, elasticsearch_url, tmp_path, fault):
    named = trustme.CA() if fault == "another authority" else authority
    named.cert_pem.write_to_path(tmp_path / "ca.pem")
    host = "search.example.org" if fault == "another host" else "127.0.0.1"
    with tls_in_front_of(elasticsearch_url, authority.issue_cert(host)) as url:
        engine = opened(url, name, None if fault == "no authority named" else tmp_path / "ca.pem", tmp_path)
        with pytest.raises(EngineUnavailable, match="its certificate does not fit TECHMARKET_SEARCH_CA_FILE"):
            engine.search(EngineQuery(size=1))
        assert not engine.health().is_up
        engine.close()

"""Accounts over TLS, from the first byte or by STARTTLS: with a certificate that proves the name, and not without."""

import socket
import socketserver
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.mailbox.reach import UnreachableError
from core.mailbox.servers import Server, imap, smtp
from core.webhooks.address import networks
from tests.core.mailbox.conftest import ADDRESS, PASSWORD, Controller, Imap, Smtp, wait_for


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1, signed by itself, for a day: key and certificate in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, form, plain)
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine knows who signed it."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def _shield(certificate: Path) -> ssl.SSLContext:
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(certificate)
    return found


def _server(port: int, security: str) -> Server:
    return Server("127.0.0.1", port, security, ADDRESS, PASSWORD, networks(["127.0.0.0/8"]))


@contextmanager
def _smtp_server(certificate: Path, security: str) -> Iterator[int]:
    shield, known = _shield(certificate), Smtp()
    how: dict[str, Any] = {"ssl_context": shield} if security == "tls" else {"tls_context": shield}
    if security == "starttls":
        how |= {"require_starttls": True}
    # Whether it is encrypted from the first byte the server does not know itself.
    made = Controller(known, "127.0.0.1", 0, authenticator=known.authenticate, auth_require_tls=security == "starttls", **how)  # fmt: skip
    made.start()
    try:
        yield made.port
    finally:
        made.stop()


class _Relay(socketserver.BaseRequestHandler):
    """Encrypted on the one side, plain on the other: what stands before servers that know no TLS from the first byte."""

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.behind)) as inside:  # type: ignore[attr-defined] # set below
            back = threading.Thread(target=_pump, args=(inside, self.request), daemon=True)
            back.start()
            _pump(self.request, inside)
            back.join(5)


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


@contextmanager
def _relay(certificate: Path, port: int) -> Iterator[int]:
    shield = _shield(certificate)

    class Relay(socketserver.ThreadingTCPServer):
        daemon_threads = True
        behind = port

        def get_request(self) -> tuple[Any, Any]:
            found, address = super().get_request()
            return shield.wrap_socket(found, server_side=True), address

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Whoever does not trust us goes away."""

    with Relay(("127.0.0.1", 0), _Relay) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@contextmanager
def _imap_with_starttls(certificate: Path, log: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("pymap")), "--host", "127.0.0.1", "--port", str(port),
        "--cert", str(certificate), "--key", str(certificate), "--no-service", "admin", "--no-service", "managesieve",
        "dict", "--demo-user", ADDRESS, "--demo-password", PASSWORD,
    ]  # fmt: skip
    with log.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, stdin=subprocess.DEVNULL)  # our own words
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(10)


@pytest.mark.parametrize("security", ["tls", "starttls"])
@pytest.mark.usefixtures("trusted")
def test_smtp_is_signed_into_over_tls(certificate: Path, security: str) -> None:
    with _smtp_server(certificate, security) as port, smtp(_server(port, security)) as connection:
        assert isinstance(connection.sock, ssl.SSLSocket)
        assert connection.noop()[0] == 250


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_smtp_that_cannot_prove_its_name_is_told_nothing(certificate: Path, security: str) -> None:
    with (
        _smtp_server(certificate, security) as port,
        pytest.raises(UnreachableError, match="chứng chỉ"),
        smtp(_server(port, security)),
    ):
        pass


@pytest.mark.usefixtures("trusted")
def test_imap_is_signed_into_over_tls_from_the_first_byte(certificate: Path, imap_server: Imap) -> None:
    with _relay(certificate, imap_server.port) as port, imap(_server(port, "tls")) as inbox:
        assert isinstance(inbox.sock, ssl.SSLSocket)
        assert inbox.select("INBOX", readonly=True)[0] == "OK"


def test_imap_is_signed_into_by_starttls_and_only_where_the_name_is_proved(
    certificate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _imap_with_starttls(certificate, tmp_path / "log") as port:
        with pytest.raises(UnreachableError, match="chứng chỉ"), imap(_server(port, "starttls")):
            pass
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with imap(_server(port, "starttls")) as inbox:
            assert isinstance(inbox.sock, ssl.SSLSocket)
            assert inbox.select("INBOX", readonly=True)[0] == "OK"

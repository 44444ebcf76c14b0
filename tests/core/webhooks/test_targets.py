"""Where webhooks may be sent: nowhere inside, however the address is dressed up."""

import socket
import ssl
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core.settings import Settings, SettingsError
from core.webhooks.address import TargetError, check, is_allowed, networks, read_target
from core.webhooks.http import MOST_ANSWER, UnreachableError, post
from tests.core.webhooks.conftest import LOOPBACK, Receiver

HOSTILE = [
    "http://example.com/",
    "https://127.0.0.1/",
    "https://127.0.0.1:8443/x",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://[::1]/",
    "https://[::]/",
    "https://0.0.0.0/",
    "https://0/",
    "https://10.0.0.1/",
    "https://172.16.3.4/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://168.63.129.16/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://198.18.0.1/",
    "https://192.0.0.1/",
    "https://224.0.0.1/",
    "https://239.255.255.250/",
    "https://255.255.255.255/",
    "https://240.0.0.1/",
    "https://[fe80::1]/",
    "https://[fe80::1%25eth0]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[fec0::1]/",
    "https://[ff02::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::127.0.0.1]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[64:ff9b:1::1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://127.000.000.001/",
    "https://①②⑦.⓪.⓪.①/",
    "https://127。0。0。1/",
    "https://example.com@127.0.0.1/",
    "https://user:password@example.com/",
    "https://user@example.com/",
    "https://example.com:22/",
    "https://example.com:25/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://example.com\\@127.0.0.1/",
    "https://example.com/\r\nHost: inside",
    "https://example.com/ a",
    "https:///nowhere",
    "https://",
    "//example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "javascript:alert(1)",
    "https://intranet/",
    "https://example.com/#here",
    "https://[example.com]/",
    "https://xn--/",
    "https://a..b/",
    "https://example.com/" + "a" * 3000,
    "",
]


@pytest.mark.parametrize("url", HOSTILE)
def test_hostile_addresses_are_refused_before_anything_is_sent(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_arguments: Any) -> socket.socket:
        raise AssertionError("it was tried")

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(TargetError) as refusal:
        post(url, b"{}", {})
    assert str(refusal.value.reason)


@pytest.mark.parametrize(
    "url", ["https://example.com/hook?a=1", "https://8.8.8.8:8443/", "https://tên-miền.example.vn/x"]
)
def test_public_addresses_are_fine(url: str) -> None:
    assert check(url).path.startswith("/")


def test_hosts_are_compared_as_they_travel() -> None:
    assert read_target("https://EXAMPLE.com./a").host == "example.com"
    assert read_target("https://tên.vn/").host == "xn--tn-eja.vn"


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1%eth0", "no address"])
def test_inside_is_inside(address: str) -> None:
    assert not is_allowed(address)


def _answers(monkeypatch: pytest.MonkeyPatch, *answers: str) -> list[str]:
    """Let a name server give these answers, one after the other; who was asked for is kept."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, **_options: Any) -> list[Any]:
        address = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (one, port)) for one in address.split()]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize(
    "inside", ["127.0.0.1", "10.0.0.5", "169.254.169.254", "::ffff:10.0.0.5", "fd00::1", "93.184.216.34 127.0.0.1"]
)
def test_a_name_that_leads_inside_is_refused(inside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, inside)
    with pytest.raises(TargetError):
        post("https://hooks.example.com/", b"{}", {})


def test_a_name_server_that_changes_its_mind_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the first answer is public, any later one leads inside."""
    asked, tried = _answers(monkeypatch, "93.184.216.34", "127.0.0.1"), []

    def connect(address: tuple[str, int], *_rest: Any) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(UnreachableError):
        post("https://hooks.example.com/", b"{}", {})
    assert asked == ["hooks.example.com"]
    assert tried == [("93.184.216.34", 443)]


def test_http_is_for_allowed_networks_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    _answers(monkeypatch, "93.184.216.34")
    with pytest.raises(TargetError):
        post("http://hooks.example.com/", b"{}", {}, allow=LOOPBACK)


def test_an_allowed_network_is_reached(receiver: Receiver) -> None:
    answer = post(receiver.url, b'{"a": 1}', {"X-Test": "yes"}, allow=LOOPBACK)
    assert (answer.status, answer.text, answer.is_good) == (200, "said 200", True)
    (request,) = receiver.got
    assert (request.path, request.body, request.headers["x-test"]) == ("/hook", b'{"a": 1}', "yes")


def test_a_redirect_is_an_answer_and_leads_nowhere(receiver: Receiver) -> None:
    receiver.mood = "redirects"
    answer = post(receiver.url, b"{}", {}, allow=LOOPBACK)
    assert (answer.status, answer.is_good) == (307, False)
    assert len(receiver.got) == 1


def test_of_a_long_answer_only_the_beginning_is_read(receiver: Receiver) -> None:
    receiver.mood = "talks without end"
    assert len(post(receiver.url, b"{}", {}, allow=LOOPBACK).text) == MOST_ANSWER


def test_whoever_drips_is_cut_off(receiver: Receiver) -> None:
    receiver.mood = "drips"
    began = time.monotonic()
    with pytest.raises(UnreachableError):
        post(receiver.url, b"{}", {}, allow=LOOPBACK, timeout=0.5)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("mood", ["speaks nonsense", "hangs up"])
def test_what_is_no_answer_is_said_in_words(receiver: Receiver, mood: str) -> None:
    receiver.mood = mood
    with pytest.raises(UnreachableError) as error:
        post(receiver.url, b"{}", {}, allow=LOOPBACK)
    assert "127.0.0.1" in str(error.value)


def test_nobody_there_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(UnreachableError):
        post(f"http://127.0.0.1:{port}/", b"{}", {}, allow=LOOPBACK)


@pytest.fixture
def encrypted(receiver: Receiver, tmp_path: Path) -> Callable[[str], tuple[str, Path]]:
    """Nothing but a certificate that nobody vouches for, in front of a socket."""
    del receiver

    def certificate(name: str) -> tuple[str, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        moment = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(who).issuer_name(who).public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(moment - timedelta(days=1)).not_valid_after(moment + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        path = tmp_path / "server.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
        return name, path

    return certificate


def test_a_certificate_that_nobody_vouches_for_is_refused(encrypted: Callable[[str], tuple[str, Path]]) -> None:
    import threading

    _name, path = encrypted("127.0.0.1")
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(path)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _address = server.accept()
            try:
                trust.wrap_socket(connection, server_side=True).close()
            except OSError:
                connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(UnreachableError) as error:
            post(f"https://127.0.0.1:{server.getsockname()[1]}/", b"{}", {}, allow=LOOPBACK)
        thread.join()
    assert "127.0.0.1" in str(error.value)


def test_the_setting_names_networks(tmp_path: Path) -> None:
    read = Settings.from_env({"GHEP_VAR": str(tmp_path), "GHEP_WEBHOOK_ALLOW": "10.1.0.0/16, fd00::/8"})
    assert len(networks(read.webhook_allow)) == 2
    with pytest.raises(SettingsError):
        Settings.from_env({"GHEP_VAR": str(tmp_path), "GHEP_WEBHOOK_ALLOW": "intranet"})

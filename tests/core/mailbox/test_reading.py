"""Any bytes that call themselves an e-mail are read without harm, or as far as they can be."""

import time

import pytest

from core.db.base import now
from core.mailbox.addresses import read_people
from core.mailbox.cleaning import LONGEST, clean
from core.mailbox.reading import MOST_FILES, MOST_PARTS, read, read_head

DEEP = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(3000))
HOSTILE = {
    "nothing": b"",
    "no headers": b"xin chao",
    "binary": bytes(range(256)) * 50,
    "broken From": b'From: =?utf-8?q?=FF=FE <<<>>, @@, "\r\nSubject: a\r\n\r\nb',
    "broken address": b"From: <@@[]:;>\r\nTo: ::::;;,,<\r\n\r\nb",
    "unknown charset": b"From: a@b.vn\r\nContent-Type: text/plain; charset=khong-co\r\n\r\nxin ch\xc3\xa0o",
    "lying charset": b"From: a@b.vn\r\nContent-Type: text/plain; charset=ascii\r\n\r\nxin ch\xc3\xa0o",
    "unknown encoding": b"From: a@b.vn\r\nContent-Transfer-Encoding: rot13\r\n\r\nxin",
    "broken base64": b"From: a@b.vn\r\nContent-Transfer-Encoding: base64\r\n\r\n%%%=",
    "no end of a boundary": b"From: a@b.vn\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nxin",
    "no boundary": b"From: a@b.vn\r\nContent-Type: multipart/mixed\r\n\r\nxin",
    "NUL": b"From: a@b.vn\r\nSubject: a\x00b\r\n\r\nxin\x00chao",
    "a long header": b"From: a@b.vn\r\nSubject: " + b"a" * 500_000 + b"\r\n\r\nb",
    "many references": b"From: a@b.vn\r\nReferences: " + b"<a@b> " * 50_000 + b"\r\n\r\nb",
    "odd date": b"From: a@b.vn\r\nDate: Mon, 99 Foo 99999 99:99:99 +9999\r\n\r\nb",
    "far future": b"From: a@b.vn\r\nDate: Fri, 31 Dec 9999 23:59:59 -1200\r\n\r\nb",
    "odd file name": b"From: a@b.vn\r\nContent-Disposition: attachment; filename*=utf-9''%FF%00../../x\r\n\r\nb",
    "deep": b"From: a@b.vn\r\n" + DEEP,
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_broken_mails_are_read_as_far_as_they_can_be(raw: bytes) -> None:
    found = read(raw)
    assert read_head(raw).message_id
    for text in (
        found.subject,
        found.text,
        found.html,
        found.to,
        found.head.message_id,
        *(name for name, _ in found.files),
    ):
        assert "\x00" not in text
        text.encode()
    assert found.head.at <= now()
    assert len(found.subject) <= 250


def test_letters_of_whatever_charset_are_read() -> None:
    assert read(HOSTILE["unknown charset"]).text == "xin chào"
    said = read(b"From: =?utf-8?b?TGFu?= <LAN@khach.vn>\r\nSubject: =?utf-8?q?Ch=C3=A0o?=\r\n\r\nb")
    assert (said.head.sender, said.subject) == (("Lan", "lan@khach.vn"), "Chào")


def test_parts_and_files_are_counted() -> None:
    one = b"--x\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nb\r\n"
    raw = b"From: a@b.vn\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" + one * (MOST_PARTS * 3) + b"--x--"
    assert len(read(raw).files) == MOST_FILES


def test_an_attached_e_mail_stays_a_file_and_its_text_is_not_ours() -> None:
    raw = (
        b"From: a@b.vn\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nxem kem\r\n"
        b"--x\r\nContent-Type: message/rfc822\r\n\r\nFrom: c@d.vn\r\nSubject: kin\r\n\r\nbi mat\r\n--x--"
    )
    found = read(raw)
    assert found.text == "xem kem"
    ((name, content),) = found.files
    assert name.endswith(".eml")
    assert b"bi mat" in content


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg><script>alert(1)</script></svg>",
        '<a href="java\tscript:alert(1)">x</a>',
        '<a href="data:text/html,<script>1</script>">x</a>',
        '<form action="https://ke-trom.vn"><input name=password></form>',
        '<iframe src="https://ke-trom.vn"></iframe>',
        '<link rel=stylesheet href="https://ke-trom.vn">',
        '<meta http-equiv=refresh content="0;url=https://ke-trom.vn">',
        '<base href="https://ke-trom.vn/">',
        '<p style="background:url(https://ke-trom.vn)">x</p>',
        '<table background="https://ke-trom.vn"><tr><td>x</td></tr></table>',
        '<math><mtext><table><mglyph><style><img src="https://ke-trom.vn" onerror=alert(1)></style></table></math>',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        '<video src="https://ke-trom.vn"></video><audio src="https://ke-trom.vn"></audio>',
    ],
)
def test_pages_run_and_load_nothing(html: str) -> None:
    found = clean(html).lower()
    for bad in ("script", "onerror", "ke-trom", "src=", "style", "url(", "<form", "<input", "data:"):
        assert bad not in found


def test_a_page_without_end_is_left_out() -> None:
    begun = time.monotonic()
    assert clean("<b>" * LONGEST) == ""
    assert clean("x" * (LONGEST * 5)) == ""
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize("text", ["lan", "a@b", "@", "a@b.vn,,c", "x" * 500 + "@b.vn"])
def test_what_is_no_address_is_named(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_people(text)


def test_a_name_can_be_no_header() -> None:
    people = read_people('"Lan\tBcc: x" <lan@b.vn>; Mai <MAI@b.vn>\nlan@b.vn')
    assert [one.address for one in people] == ["lan@b.vn", "mai@b.vn"]
    assert str(people[0]) == "Lan Bcc: x <lan@b.vn>"

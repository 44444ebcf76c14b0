"""Links to files, and how large files may be."""

import io
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from core.app import EXTENSION
from core.context import Context
from core.customers.models import Customer
from core.entity.tables import Change, StoredFile
from core.files import links
from core.files.limits import ceiling, limit_of, set_limit
from core.files.service import FileRefusedError, store
from core.files.storage import DiskStorage, storage_of
from core.settings import Settings
from tests.core.web.entity.conftest import Pages
from tests.core.web.entity.test_uploads import picture

CONTENT = b"<html><script>alert(document.cookie)</script></html>"
PROGRAM = b"MZ\x90\x00"


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.extensions[EXTENSION].settings
    return found


@pytest.fixture
def stored(context: Context, settings: Settings) -> StoredFile:
    """A page of HTML that belongs to a customer."""
    row = store(context, storage_of(settings), io.BytesIO(CONTENT), "hợp đồng.html")
    one = Customer(name="Có hợp đồng")
    context.session.add(one)
    context.session.flush()
    row.entity, row.record_id = "core.customer", one.id
    context.session.commit()
    return row


def link_to(pages: Pages, row: StoredFile) -> str:
    answer = pages.client.get(f"/files/{row.id}")
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_a_link_opens_its_file_for_whoever_holds_it_and_only_to_be_saved(
    app: Flask, pages: Pages, stored: StoredFile
) -> None:
    answer = app.test_client().get(link_to(pages, stored), buffered=True)
    assert answer.data == CONTENT
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    part = app.test_client().get(link_to(pages, stored), headers={"Range": "bytes=1-4"}, buffered=True)
    assert (part.status_code, part.data) == (206, b"html")


def test_a_pdf_is_shown_in_a_sandbox_as_nothing_but_a_pdf(pages: Pages, context: Context, settings: Settings) -> None:
    row = store(context, storage_of(settings), io.BytesIO(b"%PDF-1.7\n" + CONTENT), "trang.html")
    context.session.commit()
    answer = pages.client.get(link_to(pages, row), buffered=True)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_link_that_was_changed_or_is_old_opens_nothing(
    app: Flask, pages: Pages, stored: StoredFile, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, nobody = link_to(pages, stored), app.test_client()
    for wrong in (f"{link}x", link.replace("linked/", "linked/x"), "/files/linked/x", "/files/linked/W10.x.y"):
        assert nobody.get(wrong).status_code == 404
    other = links.Link(stored.tenant_id + 1, stored.id).signed(settings)
    assert nobody.get(f"/files/linked/{other}").status_code == 404  # no company of two can be mixed
    monkeypatch.setattr(links, "SECONDS", -1)
    assert nobody.get(link).status_code == 404


def test_whoever_may_not_see_the_record_any_more_makes_no_new_link(
    pages: Pages, pages_of: Callable[..., Pages], stored: StoredFile, strangers_pages: Pages
) -> None:
    assert pages_of(core_customer=["see"]).client.get(f"/files/{stored.id}").status_code == 302
    pages_of(core_contact=["see"]).get(f"/files/{stored.id}", 404)
    strangers_pages.get(f"/files/{stored.id}", 404)


def test_what_became_of_a_removed_file_is_not_told(
    app: Flask, context: Context, pages: Pages, stored: StoredFile
) -> None:
    link = link_to(pages, stored)
    context.session.execute(sa.delete(StoredFile).where(StoredFile.id == stored.id))
    context.session.commit()
    assert app.test_client().get(link).status_code == 404


def test_a_company_says_how_large_files_may_be(context: Context, settings: Settings, pages: Pages) -> None:
    pages.post("/settings/files", largest="1")
    page = pages.get("/settings/files")
    assert 'value="1"' in page
    large = io.BytesIO(bytes(2 << 20))
    with pytest.raises(FileRefusedError, match="1 MB"):
        store(context, storage_of(settings), large, "lon.bin")
    assert list(storage_of(settings).all(context.tenant)) == []
    head = b'--x\r\nContent-Disposition: form-data; name="picture"; filename="anh.png"\r\n\r\n'
    body = head + picture() + bytes(2 << 20) + b"\r\n--x--\r\n"
    answer = pages.client.post("/customers/new", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422
    assert 'id="h-picture"' in answer.text
    assert "1 MB" in answer.text
    pages.post("/settings/files", largest="")
    context.session.rollback()
    assert limit_of(context) is None
    assert store(context, storage_of(settings), io.BytesIO(bytes(2 << 20)), "lon.bin").size == 2 << 20
    logged = context.session.scalars(sa.select(Change.action).where(Change.action == "file_limit_changed"))
    assert len(logged.all()) == 2


@pytest.mark.parametrize("text", ["0", "-1", "1.5", "26", "nhiều", "²", "9" * 40])
def test_a_limit_that_is_none_or_above_the_installations_is_refused_beside_the_field(pages: Pages, text: str) -> None:
    assert 'id="h-largest"' in pages.post("/settings/files", 422, largest=text).text


def test_only_administrators_say_it(pages_of: Callable[..., Pages]) -> None:
    colleague = pages_of(core_customer=["see", "edit"])
    colleague.get("/settings/files", 403)
    colleague.post("/settings/files", 403, largest="1")


def test_companies_have_limits_of_their_own(context: Context, settings: Settings, stranger: Context) -> None:
    set_limit(context, settings, "3")
    assert limit_of(stranger) is None


def test_more_than_the_installation_takes_is_refused_in_words_before_it_is_read(
    client: FlaskClient, settings: Settings
) -> None:
    unread = io.BytesIO(b"--x")
    answer = client.post(
        "/customers/new",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input": unread, "CONTENT_LENGTH": str(settings.max_upload * 2)},
    )
    assert unread.tell() == 0
    assert answer.status_code == 413
    assert f"{ceiling(settings)} MB" in answer.text


def test_programs_are_not_taken_whatever_they_are_called(context: Context, settings: Settings) -> None:
    for content in (PROGRAM, b"\x7fELF\x02"):
        with pytest.raises(FileRefusedError):
            store(context, DiskStorage(settings.var / "files"), io.BytesIO(content), "bao gia.pdf")
    assert list(storage_of(settings).all(context.tenant)) == []

"""Files: what they really are decides, whoever sees the record sees them, and nothing of theirs ever runs."""

import io
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from core.app import EXTENSION
from core.context import Context
from core.customers.models import Customer
from core.db.base import now
from core.entity import service
from core.entity.tables import StoredFile
from core.files.content import safe_name
from core.files.service import ABANDONED, store, sweep
from core.files.storage import DiskStorage
from tests.core.web.entity.conftest import Pages

Made = Callable[..., Customer]
HTML = b"<html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'


def picture(size: tuple[int, int] = (40, 30), form: str = "PNG", *, secret: bytes = b"") -> bytes:
    made = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "toạ độ bí mật"
    Image.new("RGB", size, (200, 30, 30)).save(made, form, exif=exif)
    return made.getvalue() + secret


@pytest.fixture
def storage(app: Flask) -> DiskStorage:
    return DiskStorage(app.extensions[EXTENSION].settings.var / "files")


def uploaded(pages: Pages, content: bytes, name: str, **form: str) -> Customer | None:
    pages.client.post("/customers/new", data={"name": "Có ảnh", "picture": (io.BytesIO(content), name), **form})
    return None


def only_file(context: Context) -> StoredFile:
    context.session.rollback()
    return context.session.scalars(sa.select(StoredFile)).one()


def test_a_picture_is_kept_as_pixels_alone_and_shown_with_the_record(
    pages: Pages, context: Context, storage: DiskStorage
) -> None:
    uploaded(pages, picture((3000, 1000), "JPEG", secret=b"<script>alert(1)</script>"), "Ảnh bìa.jpeg")
    row = only_file(context)
    one = context.session.scalars(sa.select(Customer)).one()
    assert (row.entity, row.record_id, row.media_type, row.name) == (
        "core.customer",
        one.id,
        "image/jpeg",
        "Ảnh bìa.jpg",
    )
    kept = storage.path(context.tenant, row.id)
    assert b"script" not in kept.read_bytes()
    with Image.open(kept) as made:
        assert made.size == (2400, 800)
        assert not made.getexif()
    assert f'src="/files/{row.id}?small=1"' in pages.get(f"/customers/{one.id}")
    assert f'src="/files/{row.id}?small=1"' in pages.get("/customers?columns=name,picture")
    with Image.open(io.BytesIO(pages.client.get(f"/files/{row.id}?small=1", buffered=True).data)) as twin:
        assert twin.size == (320, 107)
    answer = pages.client.get(f"/files/{row.id}", buffered=True)
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = pages.client.get(f"/files/{row.id}", headers={"If-None-Match": answer.headers["ETag"]}, buffered=True)
    assert again.status_code == 304


@pytest.mark.parametrize(
    "content", [HTML, SVG, b"\x89PNG\r\n\x1a\n" + HTML, b"GIF89a" + HTML, b"%PDF-1.7 ...", b"\x00" * 200]
)
def test_what_is_no_picture_is_refused_beside_the_field_whatever_it_is_called(
    pages: Pages, content: bytes, context: Context
) -> None:
    answer = pages.client.post(
        "/customers/new", data={"name": "Có ảnh", "picture": (io.BytesIO(content), "anh.png", "image/png")}
    )
    assert answer.status_code == 422
    assert 'id="h-picture"' in answer.get_data(as_text=True)
    assert context.session.scalars(sa.select(Customer)).all() == []


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(pages: Pages) -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    answer = pages.client.post(
        "/customers/new", data={"name": "Bom", "picture": (io.BytesIO(bomb.getvalue()), "b.png")}
    )
    assert answer.status_code == 422
    assert 'id="h-picture"' in answer.get_data(as_text=True)


def test_a_file_need_not_be_chosen_twice_when_another_field_is_wrong(pages: Pages, context: Context) -> None:
    answer = pages.client.post("/customers/new", data={"name": "", "picture": (io.BytesIO(picture()), "anh.png")})
    assert answer.status_code == 422
    row = only_file(context)
    assert f'name="picture.kept" value="{row.id}"' in answer.get_data(as_text=True)
    pages.post("/customers/new", **{"name": "An", "picture.kept": str(row.id)})
    one = context.session.scalars(sa.select(Customer)).one()
    assert only_file(context).record_id == one.id


def test_a_picture_stays_when_the_form_is_saved_again_and_goes_when_it_is_taken_away(
    pages: Pages, context: Context, again: Callable[..., Customer]
) -> None:
    uploaded(pages, picture(), "anh.png")
    one = context.session.scalars(sa.select(Customer)).one()
    kept = str(only_file(context).id)
    pages.post(f"/customers/{one.id}/edit", **{"version": "1", "name": "Đổi tên", "picture.kept": kept})
    assert again(one).picture_id is not None  # type: ignore[attr-defined] # the picture's column
    pages.post(f"/customers/{one.id}/edit", **{"version": "2", "picture.clear": "1"})
    assert again(one).picture_id is None  # type: ignore[attr-defined] # the picture's column


def test_nobody_takes_a_file_of_somebody_elses_record_for_their_own(
    pages: Pages, pages_of: Callable[..., Pages], context: Context
) -> None:
    uploaded(pages, picture(), "anh.png")
    row = only_file(context)
    colleague = pages_of(core_contact=["see"], core_customer=["create", "see"])
    colleague.post("/customers/new", **{"name": "Kẻ gian", "picture.kept": str(row.id)})
    context.session.rollback()
    thief = context.session.scalars(sa.select(Customer).where(Customer.name == "Kẻ gian")).one()
    assert thief.picture_id is None  # type: ignore[attr-defined] # the picture's column


def test_whoever_sees_the_record_sees_its_files_and_nobody_else(
    pages: Pages, pages_of: Callable[..., Pages], strangers_pages: Pages, context: Context
) -> None:
    uploaded(pages, picture(), "anh.png")
    url = f"/files/{only_file(context).id}"
    assert pages_of(core_customer=["see"]).client.get(url, buffered=True).status_code == 200
    pages_of(core_contact=["see"]).get(url, 404)
    strangers_pages.get(url, 404)
    pages.get(f"/files/{uuid4()}", 404)


def test_a_file_of_nobodys_record_is_its_senders_alone(
    pages: Pages, pages_of: Callable[..., Pages], context: Context, storage: DiskStorage
) -> None:
    row = store(context, storage, io.BytesIO(b"xin chao"), "ghi chu.txt")
    context.session.commit()
    assert pages.client.get(f"/files/{row.id}", buffered=True, follow_redirects=True).data == b"xin chao"
    pages_of(core_customer=["see"]).get(f"/files/{row.id}", 404)


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (HTML, "trang.html", "text/plain"), (SVG, "hinh.svg", "text/plain"),
        (b"\x00\x01\x02", "la.bin", "application/octet-stream"), ("xin chào".encode(), "a.txt", "text/plain"),
        (b"PK\x03\x04" + HTML, "gia.xlsx", "application/octet-stream"),
        (b"\xff\xfb" + HTML, "nhac.html", "audio/mpeg"),
    ],
)  # fmt: skip
def test_files_that_are_no_pictures_are_saved_and_never_shown(
    pages: Pages, context: Context, storage: DiskStorage, content: bytes, name: str, found: str
) -> None:
    row = store(context, storage, io.BytesIO(content), name)
    context.session.commit()
    answer = pages.client.get(f"/files/{row.id}", buffered=True, follow_redirects=True)
    assert answer.data == content
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"].split(";")[0] == found
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\an\\hợp đồng.pdf", "hợp đồng.pdf"), ("a\r\nX: 1.txt", "aX_ 1.txt"),
        ("\u202egpj.exe", "gpj.exe"), ("", "file"), ("...", "file"), ('a"b<c>.txt', "a_b_c_.txt"), ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)  # fmt: skip
def test_names_lose_folders_and_tricks(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_an_empty_file_is_refused(pages: Pages) -> None:
    answer = pages.client.post("/customers/new", data={"name": "An", "picture": (io.BytesIO(b""), "anh.png")})
    assert answer.status_code == 422


def test_what_nobody_wanted_is_swept_away_and_the_rest_stays(
    pages: Pages, context: Context, storage: DiskStorage
) -> None:
    uploaded(pages, picture(), "anh.png")
    wanted = only_file(context).id
    old = store(context, storage, io.BytesIO(b"cu"), "cu.txt")
    old.created_at = now() - ABANDONED * 2
    new = store(context, storage, io.BytesIO(b"moi"), "moi.txt")
    context.session.commit()
    for one in storage.all(context.tenant):
        age(storage.root / str(context.tenant) / one.name)
    assert sweep(context, storage) == 1
    context.session.commit()
    assert {one.name for one in storage.all(context.tenant)} == {str(wanted), f"{wanted}.small", str(new.id)}


def age(path: Path) -> None:
    import os

    old = path.stat().st_mtime - ABANDONED.total_seconds() * 2
    os.utime(path, (old, old))


def test_a_removed_record_takes_its_files_along(pages: Pages, context: Context) -> None:
    uploaded(pages, picture(), "anh.png")
    one = context.session.scalars(sa.select(Customer)).one()
    file_id = only_file(context).id
    service.delete(context, [one])
    context.session.commit()
    pages.send(f"/customers/{one.id}/purge", 204)
    pages.get(f"/files/{file_id}", 404)

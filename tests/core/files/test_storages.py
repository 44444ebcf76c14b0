"""Every kind of storage keeps, gives back and forgets alike."""

import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from urllib.request import urlopen
from uuid import uuid4

import pytest

from core.context import Context
from core.files.service import fetch, store, sweep
from core.files.storage import SMALL, DiskStorage, Storage, TooLargeError, add_to, storage_of
from core.settings import Settings, SettingsError
from tests.core.web.entity.test_uploads import picture

LARGE = bytes(range(256)) * 4096 * 20  # more than one part of what is sent to a bucket in parts


def test_a_large_file_comes_back_as_it_was(storage: Storage) -> None:
    one = uuid4()
    storage.keep(1, one, storage.receive(1, io.BytesIO(LARGE)))
    content = storage.open(1, one)
    with content.stream as stream:
        assert stream.read() == LARGE
    assert content.size == len(LARGE)
    assert [kept.name for kept in storage.all(1)] == [str(one)]  # nothing is left of its passing
    assert abs(next(storage.all(1)).changed_at - time.time()) < 3600


def test_a_picture_has_a_small_twin(storage: Storage) -> None:
    one = uuid4()
    passing = storage.receive(1, io.BytesIO(b"large"))
    passing.with_name(f"{passing.name}{SMALL}").write_bytes(b"small")
    storage.keep(1, one, passing)
    with storage.open(1, one, small=True).stream as small, storage.open(1, one).stream as large:
        assert (small.read(), large.read()) == (b"small", b"large")
    storage.remove(1, one)
    assert list(storage.all(1)) == []


def test_companies_do_not_meet(storage: Storage) -> None:
    one = uuid4()
    storage.keep(1, one, storage.receive(1, io.BytesIO(b"x")))
    with pytest.raises(FileNotFoundError):
        storage.open(11, one)
    storage.remove(11, one)
    assert list(storage.all(11)) == []
    assert [kept.name for kept in storage.all(1)] == [str(one)]


def test_what_is_gone_is_gone_without_complaint(storage: Storage) -> None:
    one = uuid4()
    storage.remove(1, one)
    with pytest.raises(FileNotFoundError):
        storage.open(1, one)
    with zipfile.ZipFile(io.BytesIO(), "w") as archive:
        assert not add_to(archive, "a", storage, 1, one)
        storage.keep(1, one, storage.receive(1, io.BytesIO(b"x")))
        assert add_to(archive, "a", storage, 1, one)
        assert archive.namelist() == ["a"]


def test_a_stream_beyond_the_limit_is_left_alone_and_nothing_stays(storage: Storage) -> None:
    endless = io.BytesIO(bytes(5 << 20))
    with pytest.raises(TooLargeError):
        storage.receive(1, endless, limit=1 << 20)
    assert endless.tell() <= 2 << 20
    assert list(storage.all(1)) == []
    storage.receive(1, io.BytesIO(b"four"), limit=4).unlink()


def test_what_was_passing_when_a_process_died_is_found_again(storage: Storage) -> None:
    left = storage.receive(1, io.BytesIO(b"x"))
    assert [kept.name for kept in storage.all(1)] == [left.name]
    storage.discard(1, left.name)
    assert list(storage.all(1)) == []
    assert not left.exists()


def test_files_of_records_live_in_either(storage: Storage, context: Context) -> None:
    row = store(context, storage, io.BytesIO(picture((900, 300))), "anh.png", picture=True)
    for small in (False, True):
        with fetch(context, storage, row.id, small=small).open().stream as stream:
            assert stream.read(4) == b"\x89PNG"
    assert sweep(context, storage) == 0
    assert len(list(storage.all(context.tenant))) == 2


@pytest.mark.parametrize(
    "url",
    [
        "s3://",
        "https://bucket.example.com/",
        "s3://key:secret@bucket",
        "s3://bucket?endpoint=ftp://x",
        "s3://bucket?reigon=x",
    ],
)
def test_an_address_that_is_none_is_refused_with_one_that_would_do(url: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="GHEP_STORAGE_URL"):
        storage_of(Settings(var=tmp_path, storage_url=url))


def test_without_an_address_files_lie_below_var(tmp_path: Path) -> None:
    assert storage_of(Settings(var=tmp_path)) == DiskStorage(tmp_path / "files")


def test_browsers_are_sent_to_the_bucket_only_where_that_is_said(s3_settings: Settings) -> None:
    one, here = uuid4(), storage_of(s3_settings)
    here.keep(1, one, here.receive(1, io.BytesIO(b"<script>")))
    assert here.direct_link(1, one, "a.html", 60) is None
    there = storage_of(replace(s3_settings, storage_url=f"{s3_settings.storage_url}&direct=1"))
    link = there.direct_link(1, one, 'giá "mới".html', 60)
    assert link is not None
    answer = urlopen(link)  # our own server's
    with answer:
        assert answer.read() == b"<script>"
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''gi%C3%A1")

"""Files in and out against the bare libraries."""

import csv
import io
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import sqlalchemy as sa

from bench.measure import Line
from core.app import Platform
from core.context import Context
from core.customers.models import Customer
from core.sheets.exporter import export_xlsx
from core.sheets.importer import import_file

ROWS_IN = 10_000
COLUMNS = ("name", "mobile", "sector", "note")


def lines(platform: Platform, context: Context, exported: int) -> Iterator[Line]:
    """Import and export rows of the table."""
    yield _import(platform, context)
    yield _export(platform, context, exported)


def _import(platform: Platform, context: Context) -> Line:
    content = _file()
    bare = _cpu(lambda: _bare_insert(platform, context.tenant, content))
    ours = _cpu(lambda: import_file(context, context.resource(Customer), content, "customers.csv"))
    return Line(f"import {ROWS_IN:,} rows, app", f"{ours:.2f} s", f"read + bare INSERT {bare:.2f} s", ours / bare, 4)


def _file() -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["Tên khách hàng", "Di động", "Ngành nghề", "Mô tả"])
    for number in range(ROWS_IN):
        writer.writerow([f"Công ty Nhập {number}", f"09{number:08d}", "Bán lẻ", "Nhập từ tệp"])
    return text.getvalue().encode()


def _bare_insert(platform: Platform, tenant: int, content: bytes) -> None:
    """Read the file and insert it in batches, with no check of anything; rolled back."""
    rows = list(csv.reader(io.StringIO(content.decode())))[1:]
    insert = sa.text(
        "INSERT INTO core_customer (tenant_id, id, name, kind, mobile, sector, note, created_at, updated_at, version)"
        " SELECT :tenant, gen_random_uuid(), n, 'organisation', m, s, d, now(), now(), 1"
        " FROM unnest(cast(:n AS text[]), cast(:m AS text[]), cast(:s AS text[]), cast(:d AS text[])) AS x (n, m, s, d)"
    )
    with platform.database.session(tenant) as session:
        for first in range(0, len(rows), 1000):
            part = list(zip(*rows[first : first + 1000], strict=True))
            session.connection().execute(insert, {"tenant": tenant, **dict(zip("nmsd", map(list, part), strict=True))})


def _export(platform: Platform, context: Context, rows: int) -> Line:
    with tempfile.TemporaryDirectory() as folder:
        bare = _cpu(lambda: _bare_export(platform, context.tenant, rows, Path(folder, "bare.xlsx")))
        with Path(folder, "ours.xlsx").open("wb") as file:
            ours = _cpu(lambda: export_xlsx(context, context.resource(Customer), file, limit=rows))
    return Line(f"export {rows:,} rows, app", f"{ours:.2f} s", f"cursor + bare writer {bare:.2f} s", ours / bare, 1.5)


def _bare_export(platform: Platform, tenant: int, rows: int, path: Path) -> None:
    from rustpy_xlsxwriter import write_worksheet

    url = platform.database.owner_url.set(drivername="postgresql").render_as_string(hide_password=False)
    columns = "id, name, kind, main_contact, mobile, email, tax_code, birthday, sector, website, founded, employees, revenue, note"
    with psycopg.connect(url) as connection, connection.cursor("bench") as cursor:
        cursor.itersize = 1000
        cursor.execute(f"SELECT {columns} FROM core_customer WHERE tenant_id = %s LIMIT %s", (tenant, rows))
        names = columns.split(", ")
        records = (
            {name: str(value) if name == "id" else value for name, value in zip(names, row, strict=True)}
            for row in cursor
        )
        write_worksheet(records, str(path))


def _cpu(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun

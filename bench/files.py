"""Files in and out against the bare libraries."""

import csv
import gc
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO

import psycopg
import sqlalchemy as sa

from bench.measure import Line, Meter
from core.app import Platform
from core.context import Context
from core.customers.models import Customer
from core.entity.query import Query
from core.sheets.exporter import columns_of, export_xlsx
from core.sheets.importer import import_file

ROWS_IN = 10_000
ROUNDS = 3


def lines(platform: Platform, meter: Meter, context: Context, exported: int, imported: int) -> Iterator[Line]:
    """Import and export rows of the table; memory while ``imported`` rows come in."""
    gc.freeze()  # as the processes do that do this work
    yield _import(platform, meter, context)
    yield _export(platform, meter, context, exported)
    yield _memory(context, imported)


def _import(platform: Platform, meter: Meter, context: Context) -> Line:
    """Both sides leave the same customers behind; ours checks for duplicates and keeps a log besides."""
    bare = meter.best([partial(_bare_insert, platform, context.tenant, _file(turn)) for turn in range(ROUNDS)])
    ours = meter.best([partial(_import_file, context, _file(turn)) for turn in range(ROUNDS, 2 * ROUNDS)])
    # App and database together: what one saves must not be what the other pays.
    said = f"read + bare INSERT {_seconds(bare.both)} (app {_seconds(bare.app)})"
    shown = f"{_seconds(ours.both)} (app {_seconds(ours.app)})"
    return Line(f"import {ROWS_IN:,} rows", shown, said, ours.both / bare.both, 4)


def _import_file(context: Context, content: bytes) -> None:
    outcome = import_file(context, context.resource(Customer), content, "customers.csv")
    if outcome.created != ROWS_IN:
        raise AssertionError(outcome)


def _memory(context: Context, rows: int) -> Line:
    """Ten times the rows in the same memory, each file in a process of its own."""
    few, many = _peak(context, rows // 10, first=10 * ROWS_IN), _peak(context, rows, first=10 * ROWS_IN + rows)
    name = f"import {rows:,} rows, memory"
    return Line(name, f"{many >> 20} MiB", f"{rows // 10:,} rows {few >> 20} MiB", many / few, 1.3)


def _peak(context: Context, rows: int, first: int) -> int:
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        _write(file, first, rows)
        file.flush()
        command = [sys.executable, "-m", "bench.importing", str(context.tenant), file.name]
        return int(subprocess.run(command, env=os.environ, stdout=subprocess.PIPE, text=True, check=True).stdout)


def _seconds(micro: float) -> str:
    return f"{micro / 1e6:.2f} s"


def _file(turn: int) -> bytes:
    text = io.StringIO()
    _write(text, turn * ROWS_IN, ROWS_IN)
    return text.getvalue().encode()


def _write(text: IO[str], first: int, rows: int) -> None:
    writer = csv.writer(text)
    writer.writerow(["Tên khách hàng", "Di động", "Ngành nghề", "Mô tả"])
    for number in range(first, first + rows):
        writer.writerow([f"Công ty Nhập {number}", f"03{number:08d}", "Bán lẻ", "Nhập từ tệp"])


def _bare_insert(platform: Platform, tenant: int, content: bytes) -> None:
    """Read the file and insert it in batches, with no check of anything."""
    rows = list(csv.reader(io.StringIO(content.decode())))[1:]
    table = Customer.__table__
    lists = [one.name for one in table.c if not one.nullable and isinstance(one.type, sa.JSON | sa.ARRAY)]
    empty = {name: "'{}'" if name == "custom" or isinstance(table.c[name].type, sa.ARRAY) else "'[]'" for name in lists}
    insert = sa.text(
        "INSERT INTO core_customer (tenant_id, id, name, kind, mobile, sector, note, created_at, updated_at,"  # names of our own columns
        f" search_norm, version, {', '.join(empty)}) SELECT :tenant, gen_random_uuid(), n, 'organisation', m, s, d, now(),"
        f" now(), lower(n) || ' ' || m, 1, {', '.join(empty.values())}"
        " FROM unnest(cast(:n AS text[]), cast(:m AS text[]), cast(:s AS text[]), cast(:d AS text[])) AS x (n, m, s, d)"
    )
    with platform.database.session(tenant) as session:
        for first in range(0, len(rows), 1000):
            part = list(zip(*rows[first : first + 1000], strict=True))
            session.connection().execute(insert, {"tenant": tenant, **dict(zip("nmsd", map(list, part), strict=True))})
            session.commit()


def _export(platform: Platform, meter: Meter, context: Context, rows: int) -> Line:
    with tempfile.TemporaryDirectory() as folder:
        bare_path, path = Path(folder, "bare.xlsx"), Path(folder, "ours.xlsx")
        bare = meter.best([partial(_bare_export, platform, context.tenant, rows, bare_path)] * ROUNDS)
        ours = meter.best([partial(_export_file, context, path, rows)] * ROUNDS)
    said = f"cursor + bare writer {_seconds(bare.app)}"
    name = f"export {rows:,} × {len(_EXPORTED)}, app"
    return Line(name, _seconds(ours.app), said, ours.app / bare.app, 1.5)


def _export_file(context: Context, path: Path, rows: int) -> None:
    resource = context.resource(Customer)
    query = Query(resource, columns_of(context, resource, _EXPORTED))
    written = export_xlsx(context, resource, path, query, limit=rows)
    if (written, [spec.name for spec in query.columns]) != (rows, _EXPORTED):
        raise AssertionError(written, query.columns)


_EXPORTED = [
    "code", "name", "kind", "main_contact", "mobile", "email", "tax_code", "birthday", "sector", "website", "address",
    "founded", "employees", "revenue", "source", "tags", "note", "owner", "created_at", "updated_at",
]  # fmt: skip
_ALL = """
SELECT c.code, c.name, c.kind, c.main_contact, c.mobile, c.email, c.tax_code, c.birthday, c.sector, c.website,
  c.address ->> 'street' AS address, c.founded, c.employees, c.revenue, s.name AS source,
  array_to_string(ARRAY(SELECT t.name FROM core_customer_tags p JOIN core_tag t ON t.tenant_id = p.tenant_id AND t.id = p.right_id
    WHERE p.tenant_id = c.tenant_id AND p.left_id = c.id), ', ') AS tags,
  c.note, o.name AS owner, timezone('Asia/Ho_Chi_Minh', c.created_at) AS created_at,
  timezone('Asia/Ho_Chi_Minh', c.updated_at) AS updated_at
FROM core_customer c
LEFT JOIN core_source s ON s.tenant_id = c.tenant_id AND s.id = c.source_id
LEFT JOIN core_user o ON o.tenant_id = c.tenant_id AND o.id = c.owner_id
WHERE c.tenant_id = %s AND c.deleted_at IS NULL ORDER BY c.updated_at DESC, c.id DESC LIMIT %s
"""
"""The same columns, as somebody would write it who needs them once."""


def _bare_export(platform: Platform, tenant: int, rows: int, path: Path) -> None:
    from rustpy_xlsxwriter import write_worksheet

    url = platform.database.owner_url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection, connection.cursor("bench") as cursor:
        cursor.itersize = 1000
        cursor.execute(_ALL, (tenant, rows))
        names = [column.name for column in cursor.description or ()]
        write_worksheet((dict(zip(names, row, strict=True)) for row in cursor), str(path))

"""A long file takes no more memory than a short one: what is done with a part of it is let go of before the next."""

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from core.context import Context
from core.customers.models import Customer
from core.sheets.importer import CHUNK, begin, propose_plan, run

PARTS = 10
MORE = 1.1
"""Sixty bytes kept of each row would be more."""


@pytest.fixture
def traced() -> Iterator[None]:
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.slow
@pytest.mark.usefixtures("traced")
def test_memory_does_not_grow_with_the_rows(context: Context, tmp_path: Path) -> None:
    """Held and needed at most, part by part; ``make bench`` measures whole processes and longer files."""
    path = tmp_path / "khach.csv"
    rows = (f"Công ty {n},03{n:08d},Bán lẻ,Nhập từ tệp\n" for n in range(PARTS * CHUNK))
    path.write_text("Tên khách hàng,Di động,Ngành nghề,Mô tả\n" + "".join(rows), encoding="utf-8")
    parts: list[tuple[int, int]] = []

    def note(session: Session) -> None:
        if session.in_nested_transaction():
            return
        parts.append(tracemalloc.get_traced_memory())
        tracemalloc.reset_peak()

    resource = context.resource(Customer)
    batch = begin(context, resource, path.name, propose_plan(context, resource, path))
    context.session.commit()
    sa.event.listen(context.session, "after_commit", note)
    outcome = run(context, batch, path)
    assert outcome.created == PARTS * CHUNK
    held, most = zip(*parts, strict=True)
    assert len(parts) == PARTS + 1
    assert held[PARTS - 1] < MORE * held[1], held
    assert max(most[2:PARTS]) < MORE * most[1], most

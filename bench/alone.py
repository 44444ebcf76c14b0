"""A statement alone: the least that the database must do for an answer.

In a loop of one process the database's caches stay warm; behind a web server three processes take turns. Each is
compared where ours runs: with a page :func:`served_alone`, with a call in a loop :func:`sql`.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench.measure import Cost, Meter
from bench.server import served
from core.app import EXTENSION, Platform, create_app

_MODULE = """
from uuid import UUID
from bench.alone import asking
app = asking({tenant!r}, {statement!r}, {values!r})
"""


def sql(platform: Platform, tenant: int, statement: str, **values: Any) -> Callable[[], object]:
    """A statement under the application's role and in its own transaction."""
    text = sa.text(statement)

    def run() -> object:
        with platform.database.session(tenant) as session:
            return session.connection().execute(text, {"tenant": tenant, **values}).all()

    return run


def asking(tenant: int, statement: str, values: Mapping[str, Any]) -> Flask:
    """A Flask application whose one route asks this and does nothing else."""
    platform: Platform = create_app().extensions[EXTENSION]
    run = sql(platform, tenant, statement, **values)

    def view() -> dict[str, bool]:
        run()
        return {"ok": True}

    app = Flask("alone")
    app.add_url_rule("/", "asked", view)
    return app


def served_alone(meter: Meter, tenant: int, statement: str, **values: Any) -> Cost:
    """What a statement costs that a served route asks."""
    with TemporaryDirectory() as folder:
        module = _MODULE.format(tenant=tenant, statement=statement, values=values)
        Path(folder, "bench_alone.py").write_text(module, encoding="utf-8")
        with served("bench_alone:app", folder) as server:
            return meter.cost(lambda: server.get("/"), server.cpu)

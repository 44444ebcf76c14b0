"""``make bench ARGS="--customers 1000000"``: seed a company of its own, measure, print one table."""

import argparse
import json
import os
from dataclasses import asdict
from pathlib import Path
from uuid import uuid4

import psutil
import sqlalchemy as sa

from bench import automation, boards, company, files, orders, pages, plugins, printing, reports, scale, seed, stock
from bench.measure import Line, Meter, table
from core.app import EXTENSION, create_app
from core.db.bootstrap import prepare
from core.settings import Settings
from core.supervisor.embedded import connected, environment


def main() -> None:
    """Run every measurement; ``--json`` also writes bench/results/latest.json."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--export", type=int, default=100_000, help="rows to export")
    parser.add_argument("--imported", type=int, default=30_000, help="rows of the CSV that memory is measured with")
    parser.add_argument("--lines", type=int, default=100_000, help="lines of orders that are reported on")
    parser.add_argument("--entries", type=int, default=100_000, help="entries of the stock ledger")
    parser.add_argument("--only", default="", metavar="NAMES", help="these measurements alone: pages,boards,orders …")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    # An installation of its own, with a secret of its own: the user's data is not touched.
    settings = Settings.from_env(
        {**os.environ, "GHEP_VAR": str(Settings.from_env().var / "bench"), "GHEP_REDIS_URL": ""}
    )
    with connected(settings) as found:
        os.environ.update(environment(found))
        lines = _measure(found, options)
    print(table(lines))
    if options.json:
        path = Path(__file__).parent / "results" / "latest.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps([asdict(line) for line in lines], indent=1), encoding="utf-8")


def _measure(settings: Settings, options: argparse.Namespace) -> list[Line]:
    customers, exported = options.customers, min(options.export, options.customers)
    prepare(settings, settings.database_url)
    app = create_app(settings)
    platform = app.extensions[EXTENSION]
    print(f"Seeding {customers:,} customers …", flush=True)
    context, token = seed.company_with(platform, customers, slug=f"bench-{uuid4().hex[:8]}")
    staff = company.staffed(platform, context, customers, 2 * customers)
    meter = Meter(_postmaster(platform.database.owner_url))
    bare = pages.bare_route(meter)
    sources = {  # each is measured with nothing else running
        "pages": pages.lines(platform, meter, context, token, bare=bare),
        "scale": scale.lines(platform, meter, context, staff),
        "boards": boards.lines(platform, meter, context, bare=bare),
        "reports": reports.lines(platform, meter, context),
        "orders": orders.lines(platform, meter, context, most=options.lines),
        "stock": stock.lines(platform, meter, context, entries=options.entries),
        "hooks": plugins.hook_lines(meter, context),
        "process": plugins.process_lines(),
        "automation": automation.lines(platform, meter, context, settings.redis_url),
        "printing": printing.lines(platform, meter, context),
        "files": files.lines(platform, meter, context, exported, options.imported),
    }
    wanted = options.only.split(",") if options.only else sources
    lines: list[Line] = []
    for line in (line for name in wanted for line in sources[name]):
        print(f"  {line.name}: {line.ratio:.2f} {line.verdict}", flush=True)
        lines.append(line)
    return lines


def _postmaster(url: sa.URL) -> int:
    """The server's own process: the parent of whatever backend answers us."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return psutil.Process(connection.scalar(sa.text("SELECT pg_backend_pid()"))).ppid()


if __name__ == "__main__":
    main()

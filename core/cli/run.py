"""``ghep run`` and the programs it keeps running."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from core.settings import Settings


@click.command()
@click.option("--demo/--no-demo", default=True, help="Load the demo companies at the first start.")
@click.pass_context
def run(ctx: click.Context, *, demo: bool) -> None:
    """Start everything this machine needs, until Ctrl-C."""
    from core.settings import Settings
    from core.supervisor.run import run as run_all

    ctx.exit(run_all(Settings.from_env(), demo=demo))


@click.command()
def serve() -> None:
    """Serve the web pages and the API."""
    from core.supervisor.web import serve as serve_web

    with _addressed() as settings:
        serve_web(settings)


@click.command()
def worker() -> None:
    """Do the work that leaves the request."""
    from core.jobs.worker import run as run_worker

    with _addressed() as settings:
        run_worker(settings)


@click.command()
def scheduler() -> None:
    """Ask for the work that recurs."""
    from core.jobs.scheduler import run as run_scheduler

    with _addressed() as settings:
        run_scheduler(settings)


@contextmanager
def _addressed() -> "Iterator[Settings]":
    """Settings with the servers' addresses, also for the processes that the program starts itself."""
    from core.settings import Settings
    from core.supervisor.embedded import connected, environment

    with connected(Settings.from_env()) as settings:
        os.environ.update(environment(settings))
        yield settings

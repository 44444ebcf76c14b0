"""``ghep run`` and the programs it keeps running."""

import click


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
    from core.settings import Settings
    from core.supervisor.web import serve as serve_web

    serve_web(Settings.from_env())


@click.command()
def worker() -> None:
    """Do the work that leaves the request."""
    from core.jobs.worker import run as run_worker
    from core.settings import Settings

    run_worker(Settings.from_env())


@click.command()
def scheduler() -> None:
    """Ask for the work that recurs."""
    from core.jobs.scheduler import run as run_scheduler
    from core.settings import Settings

    run_scheduler(Settings.from_env())

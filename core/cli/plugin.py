"""``ghep plugin``: what is installed, and taking it away."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from core.cli.common import LazyGroup, Refusal, answer, json_option, platform, table

if TYPE_CHECKING:
    from core.plugin.lifecycle import Plan

COMMANDS: dict[str, str] = {"new": "core.cli.partner:new", "check": "core.cli.partner:check"}
"""Commands that are written elsewhere, as ``module:attribute``."""

plugin = LazyGroup("plugin", COMMANDS, help="Plugins: what runs here, what taking one away would touch.")


@plugin.command("list")
@click.option("--strict", is_flag=True, help="Refuse if any plugin was left out.")
@json_option
def list_plugins(*, strict: bool, as_json: bool) -> None:
    """List what is installed, and why a plugin does not run. Needs no database."""
    from core.plugin.boot import boot
    from core.settings import Settings

    settings = Settings.from_env()
    registry = boot(settings.plugins, safe_mode=settings.safe_mode)
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "version": one.manifest.version,
            "state": "running",
            "reason": "",
            "distribution": one.distribution,
        }
        for name, one in registry.plugins.items()
    ]
    rows += [
        {
            "name": one.plugin,
            "version": one.version,
            "state": "broken",
            "reason": one.reason,
            "distribution": one.distribution,
        }
        for one in registry.problems
    ]
    text = table([(one["name"], one["version"], one["state"], one["reason"]) for one in rows])
    answer(rows, text, as_json=as_json)
    if strict and registry.problems:
        raise Refusal(f"Left out: {', '.join(sorted({one.plugin for one in registry.problems}))}")


@plugin.command("plan")
@click.argument("name")
@click.option("--disable", "action", flag_value="disable", default=True, help="Hide it from everybody (the default).")
@click.option("--purge", "action", flag_value="purge", help="Remove its data for good.")
@json_option
def show_plan(name: str, *, action: str, as_json: bool) -> None:
    """Say what taking a plugin away would touch. Changes nothing."""
    from core.plugin.lifecycle import plan

    with platform() as found:
        made = plan(found.database, found.registry, name, action)
    answer(asdict(made) | {"rows": made.rows}, _in_words(made), as_json=as_json)


@plugin.command()
@click.argument("name")
def disable(name: str) -> None:
    """Switch a plugin off for everybody, from the next request on. Nothing is deleted."""
    from core.plugin.health import take_away

    with platform() as found, found.database.vendor_session() as session, session.begin():
        if name not in found.registry.plugins or name == "core":
            raise Refusal(f"There is no plugin {name!r} running here that could be disabled.")
        take_away(session, name)


@plugin.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let a plugin that was disabled or quarantined run again, where companies have it on."""
    from core.plugin.health import release

    with platform() as found, found.database.vendor_session() as session, session.begin():
        if not release(session, name):
            raise Refusal(f"The plugin {name!r} is neither disabled nor quarantined.")


@plugin.command()
@click.argument("name")
@click.option("--confirm", default="", metavar="NAME", help="The plugin's name, typed again.")
@json_option
def purge(name: str, *, confirm: str, as_json: bool) -> None:
    """Export a plugin's data below var/exports, then remove it for good. Prints where the export is."""
    from core.files.storage import storage_of
    from core.plugin.purge import purge as remove

    with platform() as found:
        folder, storage = found.settings.var / "exports", storage_of(found.settings)
        done = remove(found.database, found.registry, name, confirm=confirm, folder=folder, storage=storage)
    answer({"export": str(done.export), "plan": asdict(done.plan)}, str(done.export), as_json=as_json)


def _in_words(made: "Plan") -> str:
    """A plan for people."""
    lines = [f"{made.action} {made.plugin} {made.version}".rstrip()]
    lines += [f"  on in: {', '.join(made.active_in) or 'no company'}"]
    lines += [f"  entitled: {', '.join(made.entitled) or 'no company'}"]
    lines += [f"  would stop as well: {', '.join(made.dependants)}"] if made.dependants else []
    fate = "removed" if made.action == "purge" else "kept"
    for title, tables in (("rows", made.tables), ("of core's", made.belongings)):
        for name, companies in tables.items():
            where = ", ".join(f"{slug} {count}" for slug, count in companies.items())
            lines.append(f"  {title} {name}: {sum(companies.values())} {fate}{f' ({where})' if where else ''}")
    lines += [f"  in the way: {one}" for one in made.blockers]
    return "\n".join(lines)

"""What plugins cost: hooks with 1, 10 and 100 of them, starting up, memory."""

import os
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import replace

from bench.measure import Line, Meter, micro
from bench.pages import against
from core.context import Context
from core.plugin.boot import Plugin, boot
from core.plugin.facade import Hooks
from core.plugin.manifest import Card, Manifest
from hooks import hookimpl

_LIBRARIES = "import flask, sqlalchemy.orm, marshmallow, flask_smorest, alembic, psycopg, pluggy, babel.numbers, babel.dates, orjson, redis, valkey, rq, phonenumbers, PIL.Image, argon2, limits, urllib3, segno, nh3, pyotp"
_BARE = f"{_LIBRARIES}\napp = flask.Flask('bare')"
_OURS = f"{_LIBRARIES}\nfrom core.wsgi import app"
_REPORT = "\nimport resource, psutil\nuse = resource.getrusage(resource.RUSAGE_SELF)\nprint(use.ru_utime + use.ru_stime, psutil.Process().memory_full_info().uss)"


def _card_plugin(number: int) -> types.ModuleType:
    module = types.ModuleType(f"bench_plugin_{number}")

    @hookimpl
    def cards() -> list[Card]:
        return [Card(name=f"card{number}", title="Card")]

    module.cards = cards  # type: ignore[attr-defined] # a module made by hand
    return module


def hook_lines(meter: Meter, context: Context) -> Iterator[Line]:
    """One call of a hook for a company, by how many plugins implement it, against plain calls of their functions."""
    for count in (1, 10, 100):
        registry = boot(safe_mode=True)
        registry.manager.unregister(name="core")
        registry.plugins.clear()
        modules = [_card_plugin(number) for number in range(count)]
        for number, module in enumerate(modules):
            name = f"bench{number}"
            registry.manager.register(module, name)
            manifest = Manifest(name=name, title=name, version="1", api=">=1")
            registry.plugins[name] = Plugin(manifest, module, module.__name__, "bench")
        hooks = Hooks(registry)
        turn = replace(context, hooks=hooks, active=frozenset(registry.plugins))
        ours = meter.cost(lambda hooks=hooks, turn=turn: hooks.collect(turn, "cards"))  # type: ignore[misc] # bound here
        plain = meter.cost(lambda modules=modules: [module.cards() for module in modules])  # type: ignore[misc] # bound here
        yield against(f"hook, {count} plugins", ours.app, "plain calls", plain.app, None)


def process_lines() -> Iterator[Line]:
    """Starting a process and what it holds in memory, against Flask with the same libraries imported."""
    bare_cpu, bare_memory = _process(_BARE)
    our_cpu, our_memory = _process(_OURS)
    yield against("boot", our_cpu * 1e6, "bare Flask, same libraries", bare_cpu * 1e6, 3)
    mib = 1 << 20
    ratio = our_memory / bare_memory
    yield Line("memory per worker", f"{our_memory / mib:.0f} MiB", f"bare Flask {bare_memory / mib:.0f} MiB", ratio, 3)


def _process(script: str) -> tuple[float, float]:
    # As everywhere it runs, our own modules are compiled once and not at every start.
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", script + _REPORT]
    runs = [subprocess.run(command, env=environ, stdout=subprocess.PIPE, text=True, check=True) for _turn in range(3)]
    figures = [tuple(map(float, run.stdout.split()[-2:])) for run in runs]
    return min(cpu for cpu, _memory in figures), min(memory for _cpu, memory in figures)


__all__ = ["hook_lines", "micro", "process_lines"]

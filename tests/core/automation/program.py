"""A worker as a process of its own, for being killed, with a message channel that posts to a server of the test."""

import argparse
import os
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from core.automation.contract import Message, MessageChannel
from core.context import Context
from core.db.database import Database
from core.jobs.bell import Bell
from core.jobs.work import Work
from core.jobs.worker import Worker
from core.plugin.boot import Plugin, Registry, boot
from core.plugin.facade import Hooks
from core.plugin.manifest import Manifest
from hooks import hookimpl

QUEUE = "automations"
MANIFEST = Manifest(name="trial", title="Trial", version="1.0.0", api=">=1,<2")


def post(_context: Context, _work: Work, message: Message) -> Callable[[UUID], int]:
    """The text is the port."""

    def send(key: UUID) -> int:
        address, headers = f"http://127.0.0.1:{message.text}/", {"Idempotency-Key": str(key)}
        with urllib.request.urlopen(
            urllib.request.Request(address, b"{}", headers), timeout=10
        ) as answer:  # the test's own server
            return int(answer.status)

    return send


@hookimpl
def message_channels() -> list[MessageChannel]:
    return [MessageChannel(name="trial_post", title="Post", channel="sms", prepare=post, idempotent=True)]


def registry(installed: Registry) -> Registry:
    """The installed plugins and this one."""
    module = sys.modules[__name__]
    if not installed.manager.has_plugin("trial"):
        installed.manager.register(module, "trial")
    plugin = Plugin(MANIFEST, module, __name__, "trial")
    return replace(installed, plugins={**installed.plugins, "trial": plugin})


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--lease", type=float, default=30)
    arguments.add_argument("--every", type=float, default=1)
    options = arguments.parse_args()
    redis_url = os.environ["TRIAL_REDIS_URL"]
    bell = Bell(redis_url, queue=QUEUE)
    database = Database(os.environ["TRIAL_DATABASE_URL"], os.environ["TRIAL_SECRET"], pool_size=3, bell=bell)
    hooks = Hooks(registry(boot(safe_mode=True)))
    print("ready", flush=True)  # noqa: T201 # to the test that waits for it
    Worker(database, hooks, redis_url, queue=QUEUE, lease=options.lease, every=options.every).run()
    database.close()


if __name__ == "__main__":
    main()

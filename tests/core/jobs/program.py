"""A worker or scheduler as a process of its own, with the plugin of these tests, for being killed."""

import argparse
import os

from core.db.database import Database
from core.jobs.bell import Bell
from core.jobs.worker import Worker
from core.plugin.boot import boot
from core.plugin.facade import Hooks
from tests.core.jobs import trial


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--lease", type=float, default=30)
    arguments.add_argument("--every", type=float, default=1)
    options = arguments.parse_args()
    redis_url = os.environ["TRIAL_REDIS_URL"]
    bell = Bell(redis_url, queue=trial.QUEUE)
    database = Database(os.environ["TRIAL_DATABASE_URL"], os.environ["TRIAL_SECRET"], pool_size=3, bell=bell)
    hooks = Hooks(trial.registry(boot(safe_mode=True)))
    print("ready", flush=True)  # noqa: T201 # to the test that waits for it
    Worker(database, hooks, redis_url, queue=trial.QUEUE, lease=options.lease, every=options.every).run()
    database.close()


if __name__ == "__main__":
    main()

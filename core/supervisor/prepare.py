"""``python -m core.supervisor.prepare``: bring the database up to date, in a process that ends afterwards."""

from core.db.bootstrap import prepare
from core.settings import Settings


def main() -> None:
    """Prepare the database that the environment names."""
    settings = Settings.from_env()
    prepare(settings, settings.database_url)


if __name__ == "__main__":
    main()

"""Make a database ready for the version that is installed: what ``ghep db upgrade`` and the supervisor run."""

from core.db.migrate import prepare as migrate
from core.plugin.boot import boot
from core.settings import Settings


def prepare(settings: Settings, admin_url: str) -> None:
    """Bring the database at ``admin_url`` up to date; may run any number of times."""
    registry = boot(settings.plugins, safe_mode=settings.safe_mode)
    migrate(admin_url, settings.secret_key, registry)

"""What the web server loads: ``core.wsgi:app``. The one module that builds something when it is imported."""

from core.app import create_app

app = create_app()

"""What the web server loads: ``core.wsgi:app``. The one module that builds something when it is imported."""

import gc

from core.app import create_app

app = create_app()
gc.freeze()  # what is loaded by now stays for good: the collector need not look through it again and again

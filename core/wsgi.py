"""What the web server loads: ``core.wsgi:app``. The one module that builds something when it is imported."""

import gc

from core.building import uncollected

with uncollected(for_good=True):
    from core.app import create_app

    app = create_app()
gc.set_threshold(20_000, 20, 20)  # nearly all that a request makes is gone with it, uncollected; it makes thousands

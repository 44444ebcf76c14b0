"""Keeps one machine's Ghép alive: embedded PostgreSQL and Valkey, web, workers, scheduler.

:mod:`~core.supervisor.run` is the order of a start, :mod:`~core.supervisor.supervise` what happens afterwards,
:mod:`~core.supervisor.embedded` the two servers alone (what a command-line tool needs), and
:mod:`~core.supervisor.web` the web server. Nothing here knows a table, a route or a plugin.
"""

"""The command ``ghep``: for operators at a terminal and for scripts.

Quiet where there is nothing to tell; 0 is done, 1 is refused with one line on stderr, 2 is a wrong command line.
"""

from core.cli.common import LazyGroup

COMMANDS = {
    "run": "core.cli.run:run",
    "serve": "core.cli.run:serve",
    "worker": "core.cli.run:worker",
    "scheduler": "core.cli.run:scheduler",
    "db": "core.cli.db:db",
    "company": "core.cli.company:company",
    "user": "core.cli.people:user",
    "token": "core.cli.people:token",
    "access": "core.cli.access:access",
    "operator": "core.cli.people:operator",
    "import": "core.cli.files:import_",
    "export": "core.cli.files:export",
    "module": "core.cli.module:module",
    "plugin": "core.cli.plugin:plugin",
    "demo": "core.cli.demo:demo",
}
"""Command to where it is written; imported when it is called, so that each starts with what it needs."""


def make() -> LazyGroup:
    """The command with its groups."""
    return LazyGroup("ghep", COMMANDS, help="A CRM that is pieced together from plugins.")


def main() -> None:
    """Run the command line."""
    make()(prog_name="ghep")

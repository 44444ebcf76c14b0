"""What goes wrong while starting, said to the person at the terminal."""


class SupervisorError(Exception):
    """One clear line: what is wrong and what to do. ``details`` are the last lines of a log, if there are any."""

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details


class AlreadyRunningError(SupervisorError):
    """Another process holds the folder."""


class StopRequestedError(Exception):
    """Ctrl-C or a termination signal arrived while something was being waited for."""

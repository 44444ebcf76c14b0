"""Under which user the servers run. PostgreSQL refuses to run as root, rightly."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from core.supervisor.errors import SupervisorError

SYSTEM_USER = "ghep"


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    @classmethod
    def for_data(cls, data: Path) -> Self:
        """Who runs a server on ``data``: this user, or, for root, the owner of the data or a system user."""
        if os.geteuid() != 0:
            return cls._entry(os.geteuid())
        if data.exists() and data.stat().st_uid != 0:
            return cls._entry(data.stat().st_uid)
        return cls._entry(_system_user())

    @classmethod
    def _entry(cls, uid: int) -> Self:
        try:
            entry = pwd.getpwuid(uid)
        except KeyError:
            raise SupervisorError(
                f"User {uid} has no entry in /etc/passwd, which PostgreSQL needs: add one, or set GHEP_DATABASE_URL."
            ) from None
        return cls(entry.pw_name, uid, entry.pw_gid)

    @property
    def is_other(self) -> bool:
        """Whether a process has to change its user to run under this account."""
        return self.uid != os.geteuid()

    def own(self, path: Path) -> None:
        """Give a folder of ours and what is in it to this account."""
        if not self.is_other:
            return
        for each in (path, *path.rglob("*")):
            os.chown(each, self.uid, self.gid, follow_symlinks=False)

    def open_way_to(self, path: Path) -> list[Path]:
        """Let this account pass through the folders above ``path``; returns those that had to be opened.

        Passing (``o+x``) shows nothing: neither names nor contents of the folders become readable.
        """
        if not self.is_other:
            return []
        closed = [parent for parent in reversed(path.parents) if not self._may(parent.stat(), stat.S_IXOTH)]
        for parent in closed:
            parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
        return closed

    def open_files(self, folder: Path) -> None:
        """Let this account read and run what is installed in ``folder``, whatever the umask of the installer was."""
        if not self.is_other or self._may(folder.stat(), stat.S_IROTH | stat.S_IXOTH):
            return
        for each in (folder, *folder.rglob("*")):
            mode = each.stat().st_mode
            runs = stat.S_IXOTH if each.is_dir() or mode & stat.S_IXUSR else 0
            each.chmod(mode | stat.S_IROTH | runs)

    def _may(self, status: os.stat_result, wanted: int) -> bool:
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return (status.st_mode >> shift) & wanted == wanted


def _system_user() -> int:
    """The machine's user for Ghép, made at the first start; ``nobody`` where no user can be made."""
    useradd = shutil.which("useradd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    for name in (SYSTEM_USER, "nobody"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            if name == SYSTEM_USER and useradd:
                arguments = [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", name]
                made = subprocess.run(arguments, check=False, capture_output=True)
                if made.returncode == 0:
                    return pwd.getpwnam(name).pw_uid
    raise SupervisorError("PostgreSQL does not run as root and there is no user `nobody`: start as an ordinary user.")

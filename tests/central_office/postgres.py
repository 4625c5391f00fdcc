"""A real PostgreSQL of Debian's package, for as long as the tests run: own cluster, own socket, no port."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote


def binaries() -> Path | None:
    """The newest installed server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class Cluster:
    """`url(name)`: the address of one database of it. Runs as another user when this process is root."""

    def __init__(self) -> None:
        programs = binaries()
        assert programs is not None
        self.programs = programs
        self.user = _other_user() if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="hailong-pg-"))
        if self.user:
            shutil.chown(self.folder, self.user)
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "office", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        options = f"-c listen_addresses='' -k {self.folder} -c max_connections=50"
        self._run("pg_ctl", "-D", data, "-w", "-t", "60", "-l", str(self.folder / "log"), "-o", options, "start")

    def url(self, name: str) -> str:
        return f"postgresql://office@{quote(str(self.folder), safe='')}/{name}"

    def create(self, name: str, template: str = "template1") -> str:
        self._run("createdb", "-h", str(self.folder), "-U", "office", "-T", template, name)
        return self.url(name)

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        subprocess.run(
            [str(self.programs / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE if program != "pg_ctl" else subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            timeout=120,
            cwd="/",
            env=environment,
            user=self.user,
        )


def _other_user() -> str:
    """PostgreSQL refuses to run as root."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"

"""The real `scripts/engine`: a second private dockerd is started, killed and stopped in its own folder."""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts/engine"
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
NAMES_OF_DAEMONS = {"dockerd", "containerd", "containerd-shim-runc-v2", "docker-proxy"}


def is_debian() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and bool(
        re.search(r"^ID(_LIKE)?=.*(debian|ubuntu)", release.read_text(), re.MULTILINE)
    )


needs_root_on_debian = pytest.mark.skipif(
    os.geteuid() != 0 or not is_debian(), reason="a private engine needs root on Debian or Ubuntu"
)


class Script:
    """`scripts/engine` with an environment in which it finds no engine but the one of its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = f"unix://{folder}/docker.sock"
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder / "home"),
            "GENDOCK_ENGINE_DIR": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def start(self, *arguments: str, before: tuple[str, ...] = (), **changes: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*before, str(SCRIPT), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment | changes,
        )

    def __call__(
        self, *arguments: str, code: int = 0, before: tuple[str, ...] = (), **changes: str
    ) -> tuple[str, str]:
        """Run it, check its exit code and return what it printed."""
        process = self.start(*arguments, before=before, **changes)
        out, err = process.communicate(timeout=120)
        assert process.returncode == code, err
        assert "Traceback" not in err
        return out, err

    def docker(self, *arguments: str, stdin: bytes = b"") -> str:
        done = subprocess.run(
            ["docker", *arguments],
            env=self.environment | {"DOCKER_HOST": self.host},
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    @property
    def daemon(self) -> int:
        return int((self.folder / "dockerd.pid").read_text())


def one_sentence(text: str) -> str:
    """What was said besides progress, which has to be one line that ends as a sentence does."""
    lines = [line for line in text.splitlines() if line.startswith("scripts/engine: ")]
    assert len(lines) == 1, text
    assert lines[0].endswith((".", ":"))
    return lines[0]


def processes_of(folder: Path) -> list[str]:
    """The daemons whose command line names the folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = path.read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if Path(arguments[0]).name in NAMES_OF_DAEMONS and any(f"{folder}/" in one for one in arguments):
            found.append(" ".join(arguments))
    return found


def other_daemons(folder: Path) -> set[str]:
    """The pids of all daemons on the machine that are somebody else's."""
    own = f"--data-root={folder}/"
    pids = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().decode(errors="replace")
        except OSError:
            continue
        if Path(line.split("\0")[0]).name == "dockerd" and own not in line:
            pids.add(path.parent.name)
    return pids


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """The script with a folder in which nothing runs."""
    return Script(tmp_path / "none")


@pytest.fixture(scope="module")
def private() -> Iterator[Script]:
    """The script with a folder in which a private engine may be started."""
    # Not pytest's folder: its name is too long for the sockets below it.
    folder = Path(tempfile.mkdtemp(prefix="ge", dir="/tmp"))
    folder.chmod(0o755)
    found = Script(folder)
    yield found
    found("down", "--purge")
    assert not folder.exists()


@pytest.fixture
def running(private: Script) -> Script:
    """The script with a private engine that runs."""
    private("up", "--private", "--no-images")
    return private


class TestUsage:
    @pytest.mark.parametrize("arguments", [[], ["sideways"], ["up", "--nonsense"], ["down", "--image", "a"]])
    def test_wrong_usage_exits_2(self, script: Script, arguments: list[str]) -> None:
        out, err = script(*arguments, code=2)
        assert out == ""
        assert "usage: scripts/engine" in err

    @pytest.mark.parametrize("folder", ["relative/folder", f"/{'long' * 25}"])
    def test_a_folder_that_cannot_be_used_exits_2(self, script: Script, folder: str) -> None:
        _, err = script("up", GENDOCK_ENGINE_DIR=folder, code=2)
        assert "GENDOCK_ENGINE_DIR" in one_sentence(err)


class TestNoEngine:
    @pytest.mark.parametrize("action", ["up", "status"])
    @pytest.mark.parametrize(
        "host", ["unix:///nowhere/docker.sock", "tcp://127.0.0.1:1", "gopher://somewhere"]
    )
    def test_an_engine_that_is_named_must_answer(self, script: Script, action: str, host: str) -> None:
        out, err = script(action, DOCKER_HOST=host, code=3)
        assert out == ""
        assert host in one_sentence(err)
        assert not script.folder.exists()

    def test_a_context_that_is_named_must_exist(self, script: Script) -> None:
        _, err = script("up", DOCKER_CONTEXT="elsewhere", code=3)
        assert "elsewhere" in one_sentence(err)

    def test_what_answers_must_be_an_engine(self, script: Script) -> None:
        with subprocess.Popen(
            ["python3", "-u", "-m", "http.server", "--bind", "127.0.0.1", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as server:
            assert server.stdout is not None
            port = re.search(r"port (\d+)", server.stdout.readline())
            assert port is not None
            _, err = script("up", DOCKER_HOST=f"tcp://127.0.0.1:{port[1]}", code=3)
            server.terminate()
        assert "no Docker engine" in one_sentence(err)

    @needs_root_on_debian
    @pytest.mark.parametrize("action", ["up", "status"])
    def test_without_root_it_says_what_is_missing(self, script: Script, action: str) -> None:
        if subprocess.run([*NOBODY, str(SCRIPT), "--help"], capture_output=True, check=False).returncode:
            # The python3 that comes first may lie in root's home.
            script.environment["PATH"] = "/usr/bin:/bin"
        if subprocess.run(
            [*NOBODY, str(SCRIPT), "--help"], env=script.environment, capture_output=True, check=False
        ).returncode:
            pytest.skip("the user nobody cannot run this checkout with any python3 of at least 3.11")
        out, err = script(action, "--private", before=NOBODY, code=3)
        assert out == ""
        assert one_sentence(err).startswith("scripts/engine: No engine: ")
        assert action == "status" or "as root" in err

    def test_down_has_nothing_to_do(self, script: Script) -> None:
        _, err = script("down")
        assert "no private engine" in err


@needs_root_on_debian
class TestPrivateEngine:
    def test_up_prints_what_a_shell_evaluates(self, running: Script) -> None:
        out, _ = running("up", "--private", "--no-images")
        assert out == f"export DOCKER_HOST={running.host}\n"
        assert running.docker("version", "--format", "{{.Server.Os}}") == "linux"

    def test_a_second_up_leaves_the_daemon_alone(self, running: Script) -> None:
        before = running.daemon
        running("up", "--private", "--no-images")
        assert running.daemon == before

    def test_it_is_in_reach_like_any_engine(self, running: Script) -> None:
        out, _ = running("up", "--no-images", DOCKER_HOST=running.host)
        assert out == f"export DOCKER_HOST={running.host}\n"
        out, _ = running("status", DOCKER_HOST=running.host)
        assert running.host in out
        assert re.search(r"^image +debian:bookworm-slim +missing$", out, re.MULTILINE)
        assert re.search(r"^image +golang:\S+-bookworm +missing$", out, re.MULTILINE)

    def test_it_is_found_by_a_context(self, running: Script) -> None:
        subprocess.run(
            ["docker", "context", "create", "here", "--docker", f"host={running.host}"],
            env=running.environment,
            check=True,
            capture_output=True,
        )
        out, _ = running("status", DOCKER_CONTEXT="here")
        assert "context here" in out
        assert running.host in out

    def test_an_image_that_nobody_has_is_named(self, running: Script) -> None:
        name = "registry.invalid/nobody/has-this:1"
        out, err = running("up", "--private", "--no-images", "--image", name, code=3)
        assert out == ""
        assert name in one_sentence(err)

    def test_a_folder_of_the_same_name_elsewhere_is_another_engine(self, running: Script) -> None:
        # In a mount namespace of its own, the folder's name leads to an empty folder.
        before = running.daemon
        enter = 'umount -l "$1/data"; mount -t tmpfs none "$1"; exec "$0" down'
        elsewhere = ["unshare", "--mount", "sh", "-c", enter]
        done = subprocess.run(
            [*elsewhere, SCRIPT, running.folder],
            env=running.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert running.daemon == before
        assert running.docker("version", "--format", "{{.Server.Os}}") == "linux"

    def test_two_at_once_start_one(self, private: Script) -> None:
        private("down")
        both = [private.start("up", "--private", "--no-images") for _ in range(2)]
        for process in both:
            process.communicate(timeout=60)
            assert process.returncode == 0
        assert len([line for line in processes_of(private.folder) if "--data-root" in line]) == 1

    def test_it_comes_back_after_its_daemon_was_killed(self, running: Script) -> None:
        container = start_container(running)
        os.kill(running.daemon, signal.SIGKILL)
        wait_until(lambda: not [line for line in processes_of(running.folder) if "--data-root" in line])
        assert processes_of(running.folder), "the container's shim outlives its daemon"
        running("status", "--private", code=3)

        running("up", "--private", "--no-images")

        assert running.docker("inspect", "--format", "{{.State.Running}}", container) == "false"
        running.docker("start", container)
        running.docker("rm", "--force", container)

    def test_a_stale_pid_file_harms_nobody(self, running: Script) -> None:
        os.kill(running.daemon, signal.SIGKILL)
        with subprocess.Popen(["sleep", "300"]) as bystander:
            (running.folder / "dockerd.pid").write_text(str(bystander.pid))
            running("up", "--private", "--no-images")
            assert running.daemon != bystander.pid
            (running.folder / "dockerd.pid").write_text(str(bystander.pid))
            running("down")
            assert bystander.poll() is None
            bystander.kill()

    def test_down_leaves_nothing_but_images(self, running: Script) -> None:
        others = other_daemons(running.folder)
        container = start_container(running)
        image = running.docker("inspect", "--format", "{{.Image}}", container)

        running("down")

        assert processes_of(running.folder) == []
        assert f" {running.folder}" not in Path("/proc/self/mounts").read_text()
        assert other_daemons(running.folder) == others
        assert not Path(running.folder, "docker.sock").exists()
        running("status", "--private", code=3)
        _, err = running("down")
        assert "does not run" in err
        # DOCKER_HOST still names it in the shell that evaluated `up`: then that one is started.
        running("up", "--no-images", DOCKER_HOST=running.host)
        assert running.docker("image", "inspect", "--format", "{{.Id}}", image) == image

    def test_a_daemon_that_does_not_start_shows_its_log(self, private: Script) -> None:
        private("down")
        settings = private.folder / "daemon.json"
        settings.write_text("{ nonsense")
        try:
            out, err = private("up", "--private", "--no-images", code=3)
        finally:
            settings.unlink()
        assert out == ""
        assert "dockerd.log" in one_sentence(err)
        assert "daemon.json" in err.splitlines()[-1]
        assert processes_of(private.folder) == []

    def test_a_file_in_the_way_is_named(self, private: Script) -> None:
        private("down")
        data = private.folder / "data"
        data.rename(private.folder / "data.aside")
        data.touch()
        try:
            _, err = private("up", "--private", "--no-images", code=3)
        finally:
            data.unlink()
            (private.folder / "data.aside").rename(data)
        assert str(data) in one_sentence(err)

    def test_an_interrupt_ends_it(self, private: Script) -> None:
        private("down")
        with (private.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            process = private.start("up", "--private", "--no-images")
            assert process.stderr is not None
            assert "waiting" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
        assert process.returncode == 130
        assert err == "scripts/engine: interrupted\n"
        assert processes_of(private.folder) == []


def start_container(running: Script) -> str:
    """Start a container that does not end by itself, from an image of the machine's own `sleep`."""
    program = shutil.which("sleep")
    assert program is not None
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    files = [program, *re.findall(r"/\S+", listed)]
    archive = subprocess.run(
        ["tar", "--create", "--dereference", "--absolute-names", *files], capture_output=True, check=True
    ).stdout
    image = running.docker("import", "-", stdin=archive)
    return running.docker("run", "--detach", "--init", image, program, "600")


def wait_until(holds: object, seconds: float = 10) -> None:
    """Wait for something that another process does."""
    assert callable(holds)
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)

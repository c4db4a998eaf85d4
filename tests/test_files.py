"""Files that are replaced: what they keep."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from gendock.files import write_atomically

OWNER, MEMBER, GROUP = 4242, 4343, 4444


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_keeps_owner_group_and_mode(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.touch()
    os.chown(path, OWNER, GROUP)
    path.chmod(0o2664)
    write_atomically(path, b"FROM a\n")
    seen = path.stat()
    assert (seen.st_uid, seen.st_gid, seen.st_mode & 0o7777) == (OWNER, GROUP, 0o2664)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_member_of_its_group_keeps_the_group() -> None:
    code = (
        "import os, tempfile\n"
        "from pathlib import Path\n"
        "from gendock.files import write_atomically\n"
        f"os.setgroups([{GROUP}]); os.setgid({MEMBER}); os.setuid({MEMBER})\n"
        "write_atomically(Path('Dockerfile'), b'FROM a')\n"
    )
    # Not below pytest's own folder, which is root's alone.
    with TemporaryDirectory() as folder:
        path = Path(folder) / "Dockerfile"
        path.touch()
        path.chmod(0o664)
        os.chown(path, OWNER, GROUP)
        os.chown(folder, MEMBER, MEMBER)
        subprocess.run([sys.executable, "-c", code], cwd=folder, check=True)
        seen = path.stat()
        assert (seen.st_uid, seen.st_gid, seen.st_mode & 0o7777) == (MEMBER, GROUP, 0o664)
        assert path.read_text() == "FROM a"

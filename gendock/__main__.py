"""The way in: the console script `gendock`, and `python -m gendock`."""

from __future__ import annotations

import gc
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; a Ctrl-C while it is still being loaded ends it as quietly as a later one."""
    # What is imported stays. To look for garbage in it, now and at the end, takes a sixth of a short run.
    gc.set_threshold(100_000)
    try:
        from gendock.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("gendock: interrupted\n")
        sys.exit(130)
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()

"""Docker: build an image, start it, look at it from outside, stop it, leave nothing behind.

    connection   where the engine is, and a client that talks to it
    run          one run's identity: the labels and names of all that it makes
    signals      Ctrl-C and SIGTERM, held off while something is being made
    cleanup      take away what this run made, and what runs made that were killed
    builders     which docker client on this machine can build with BuildKit
    progress     BuildKit's plain progress, read into steps
    names        what images are called
    build        build an image, with its deadline
    session      an engine, a run and its end
    results      the checks, and what came of them
    static       what an image says of itself, over its `filesystem` and the `elf` of its program
    container    one container under production's limits; `running` and `command` ask it
    probe        a published port, asked from outside; `procfs` sees it from the engine's machine
    diagnosis    from a log to the probable cause
    smoke        the whole look at an image: static, started, stopped

docker-py is imported where it is used, so that commands without an engine start fast.
"""

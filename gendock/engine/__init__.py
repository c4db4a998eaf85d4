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
    image_facts  what an image says of itself
    archive      images that are files; their `image_files` have `layers`, which make a `filesystem`
    static       what is wrong with an image's files: `static_program`, `static_files`, `accounts`, `elf`
    container    one container under production's limits, on its `network`; `running` and `command` ask it
    probe        an address, asked from outside, with `grpc_health` and `metrics`; `procfs` sees within
    diagnosis    from a log and the files to the probable cause
    compose      what a program needs of a compose file; `compose_run` brings it up
    look         one image, started as what it is; `recorder` keeps the book
    smoke        the whole look at an image: static, started, stopped

docker-py is imported where it is used, so that commands without an engine start fast.
"""

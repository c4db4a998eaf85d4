"""Docker: build an image, start it, look at it from outside, stop it, leave nothing behind.

    connection   where the engine is, and a client that talks to it
    run          one run's identity: the labels and names of all that it makes
    signals      Ctrl-C and SIGTERM, held off while something is being made
    cleanup      take away what this run made, and what runs made that were killed
    builders     which docker client on this machine can build with BuildKit
    progress     BuildKit's plain progress, read into steps
    build        build an image, with its deadline
    smoke        the whole look at an image: static, started, stopped

docker-py is imported where it is used, so that commands without an engine start fast.
"""

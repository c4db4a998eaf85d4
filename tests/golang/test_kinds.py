"""Servers, workers and commands, from small programs as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang import read_project

COBRA = (
    'package main\n\nimport (\n\t"net"\n\n\t"github.com/spf13/cobra"\n)\n\nfunc main() { root.Execute() }\n\n'
)
URFAVE = 'package main\n\nimport (\n\t"net"\n\n\t"github.com/urfave/cli/v2"\n)\n\n'
LISTEN = 'func listen(args ...any) { net.Listen("tcp", address()) }\n\n'
PLAIN = 'package main\n\nimport (\n\t"bufio"\n\t"net/http"\n\t"os"\n\t"os/signal"\n\t"time"\n)\n\n'
READS = """\
func main() {
	reader := bufio.NewReader(os.Stdin)
	for {
		line, err := reader.ReadString(10)
		if err != nil {
			return
		}
		os.Stdout.WriteString(line)
	}
}
"""


def _cobra(root: str, *words: str) -> str:
    commands = "".join(f'var _ = cobra.Command{{Use: "{word}", Run: listen}}\n' for word in words)
    return f'{COBRA}{LISTEN}var root = &cobra.Command{{Use: "shop"{root}}}\n{commands}'


def _urfave(root: str, *words: str) -> str:
    commands = "".join(f'\t\t{{Name: "{word}", Action: listen}},\n' for word in words)
    return (
        f"{URFAVE}{LISTEN}func main() {{\n\tapp := &cli.App{{{root}}}\n"
        f"\tapp.Commands = []*cli.Command{{\n{commands}\t}}\n\tapp.Run(nil)\n}}\n"
    )


KINDS = {
    "a server": (f'{PLAIN}func main() {{ http.ListenAndServe(":80", nil) }}\n', "server"),
    "no endless loop": (f"{PLAIN}func main() {{}}\n", "cli"),
    "a loop that reads to the end": (f"{PLAIN}{READS}", "cli"),
    "a loop that waits": (
        f"{PLAIN}func main() {{\n\tfor {{\n\t\ttime.Sleep(time.Minute)\n\t}}\n}}\n",
        "worker",
    ),
    "a loop that nothing ends": (f"{PLAIN}func main() {{\n\tfor {{\n\t\twork()\n\t}}\n}}\n", "worker"),
    "a loop over a channel": (
        f"{PLAIN}func main() {{\n\tfor {{\n\t\tselect {{\n\t\tcase <-done:\n\t\t\treturn\n\t\t}}\n\t}}\n}}\n",
        "worker",
    ),
    "waiting for ever": (f"{PLAIN}func main() {{\n\tgo work()\n\tselect {{}}\n}}\n", "worker"),
    "a ticker": (f"{PLAIN}func main() {{\n\tfor range time.Tick(1) {{\n\t}}\n}}\n", "worker"),
    "its own commands, and a signal to clean up": (
        (
            f"{PLAIN}func main() {{\n\tsignal.Notify(c)\n\tswitch os.Args[1] {{\n"
            '\tcase "login":\n\t\tlogin()\n\tcase "dump", "show":\n\t\tdump()\n\t}\n}\n'
        ),
        "cli",
    ),
    "one word that it may be given": (
        (
            f"{PLAIN}func main() {{\n\tsignal.Notify(c)\n\tswitch os.Args[1] {{\n"
            '\tcase "version":\n\t\treturn\n\t}\n\t<-c\n}\n'
        ),
        "worker",
    ),
    "waiting for a signal": (f"{PLAIN}func main() {{\n\tsignal.Notify(c)\n\t<-c\n}}\n", "worker"),
    "a command that cleans up on a signal": (
        (
            f'{COBRA.replace("net", "os/signal")}var root = &cobra.Command{{Use: "shop", Run: run}}\n'
            "func run() {\n\tsignal.Notify(c)\n}\n"
        ),
        "cli",
    ),
    "a command that can relay as well": (_urfave("Action: send", "send", "relay"), "cli"),
    "a command that listens where it is asked to": (
        (
            f"{PLAIN}func main() {{\n\tif opts.listen != nil {{\n\t\tserve(opts.listen)\n\t}}\n}}\n\n"
            "func serve(a *address) { http.ListenAndServe(a.text, nil) }\n"
        ),
        "cli",
    ),
    "a server that listens where it is told to": (
        f"{PLAIN}func main() {{\n\thttp.ListenAndServe(os.Args[1], nil)\n}}\n",
        "server",
    ),
    "sets of flags, one for each command": (
        (
            f"{PLAIN}func main() {{\n\tsignal.Notify(c)\n}}\n\n"
            'var a, b = flag.NewFlagSet("a", 0), flag.NewFlagSet("b", 0)\n'
        ),
        "cli",
    ),
    "a command that listens for itself, and has one that serves": (
        (
            f'{PLAIN}func main() {{\n\tflag.Parse()\n\tswitch cmd {{\n\tcase "server":\n\t\tserve()\n'
            '\tcase "client":\n\t\tdial()\n\t}\n}\n\n'
            'func serve() { http.ListenAndServe("127.0.0.1:80", nil) }\n'
        ).replace('"bufio"', '"bufio"\n\t"flag"'),
        "server",
    ),
    "commands without one that serves": (_cobra("", "create", "delete"), "cli"),
    "a command that serves by itself or starts": (_cobra(", Run: listen", "start", "stop"), "server"),
    "commands, and one that serves": (_cobra("", "migrate", "serve"), "server"),
    "a command that serves by itself": (_cobra(", Run: listen", "migrate"), "server"),
    "an application that serves by itself, of a later release": (
        (
            f"{URFAVE}{LISTEN}func main() {{\n\tc := &cli.Command"
            '{Name: "shop", Action: listen, Commands: list}\n\tc.Run(nil)\n}\n\n'
            'var list = []*cli.Command{{Name: "nodes", Action: show}, {Name: "tokens", Action: show}}\n'
        ),
        "server",
    ),
    "an application that serves by itself": (_urfave("Action: listen", "migrate"), "server"),
    "a command whose port is known": (
        (
            f'{COBRA}var root = &cobra.Command{{Use: "shop", Run: run}}\n'
            'var relay = &cobra.Command{Use: "relay", Run: run}\nfunc run() { net.Listen("tcp", ":9000") }\n'
        ),
        "server",
    ),
}


@pytest.mark.parametrize("case", KINDS)
def test_kinds(case: str, tmp_path: Path) -> None:
    source, wanted = KINDS[case]
    (tmp_path / "go.mod").write_text("module example.com/shop\n\ngo 1.26\n")
    (tmp_path / "main.go").write_text(source)
    assert read_project(tmp_path).programs[0].kind == wanted


SERVER = (
    'package shop\n\nimport "net/http"\n\n// Server serves.\ntype Server struct{ *http.Server }\n\n'
    "// NewServer makes a Server.\nfunc NewServer() *Server { return &Server{} }\n\n"
    'func (s *Server) Open() { http.ListenAndServe(":80", nil) }\n\n'
    "func Get() {}\n"
)
MADE = {
    "by its constructor": ("shop.NewServer().Open()", "", "server"),
    "by a literal": ("(&shop.Server{}).Open()", "", "server"),
    "by another type that holds one": ("shop.Get()", "\ntype Both struct{ Server }\n", "server"),
    "never": ("shop.Get()", "", "cli"),
}


@pytest.mark.parametrize("case", MADE)
def test_a_server_that_the_program_never_makes(case: str, tmp_path: Path) -> None:
    does, also, wanted = MADE[case]
    (tmp_path / "go.mod").write_text("module example.com/shop\n\ngo 1.26\n")
    (tmp_path / "shop.go").write_text(SERVER + also)
    (tmp_path / "cmd/app").mkdir(parents=True)
    (tmp_path / "cmd/app/main.go").write_text(
        f'package main\n\nimport "example.com/shop"\n\nfunc main() {{\n\t{does}\n}}\n'
    )
    assert read_project(tmp_path).programs[0].kind == wanted

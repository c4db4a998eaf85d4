"""What a program needs besides its binary, from small programs as data: what is found, in a short form."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang import FrontEnd, Program, read_project

MOD = "module example.com/shop\n\ngo 1.26\n"
SERVE = 'http.ListenAndServe(":8080", nil)'


def _program(folder: Path, files: dict[str, str]) -> Program:
    for name, text in {"go.mod": MOD, **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read_project(folder).programs[0]


def _main(body: str, *imports: str, also: str = "") -> dict[str, str]:
    listed = "".join(f'\t"{path}"\n' for path in ("net/http", *imports))
    return {
        "main.go": f"package main\n\nimport (\n{listed})\n\n{also}\nfunc main() {{\n{body}\n{SERVE}\n}}\n"
    }


WRITTEN = {
    "nothing": (_main(""), []),
    "a folder": (_main('os.MkdirAll("data/uploads", 0o755)', "os"), ["data/uploads/"]),
    "a folder in a constant": (_main("os.Mkdir(where, 0)", "os", also='const where = "./logs"'), ["logs/"]),
    "the folder of a file": (
        _main('path := "var/a.log"\nos.MkdirAll(filepath.Dir(path), 0)', "os", "path/filepath"),
        ["var/"],
    ),
    "a file": (_main('os.Create("report.csv")', "os"), ["report.csv"]),
    "a file that is only read": (_main('os.OpenFile("a", os.O_RDONLY, 0)', "os"), []),
    "a path that nobody knows": (_main("os.Create(os.Args[1])", "os"), ["?"]),
    "a word that is no path": (_main('f(os.MkdirAll, "absent")\nos.Create("absent")', "os"), ["?"]),
    "a temporary file": (_main('os.Create("/tmp/a/b")', "os"), []),
    "a folder at the root": (_main('os.MkdirAll("/data/db", 0)', "os"), ["/data/db/"]),
    "a file at the root": (_main('os.Create("/state.json")', "os"), ["/state.json"]),
    "a route": (_main('os.Create("/info/refs")', "os"), []),
    "a database in a file": (
        _main('sql.Open("sqlite3", "./data/shop.db?_journal=WAL")', "database/sql"),
        ["data/shop.db"],
    ),
    "a database as a URL": (_main('sql.Open("sqlite", "file:shop.db")', "database/sql"), ["shop.db"]),
    "a database in memory": (_main('sql.Open("sqlite3", ":memory:")', "database/sql"), []),
    "a database elsewhere": (_main('sql.Open("postgres", "host=db")', "database/sql"), []),
    "gorm": (
        _main('gorm.Open(sqlite.Open("shop.db"), nil)', "gorm.io/gorm", "gorm.io/driver/sqlite"),
        ["shop.db"],
    ),
    "bolt": (_main('bolt.Open("kv/shop.db", 0, nil)', "go.etcd.io/bbolt"), ["kv/shop.db"]),
    "a file in a folder, by any name": (
        _main('os.Create(filepath.Join("data", os.Args[1]))', "os", "path/filepath"),
        ["data/"],
    ),
    "a file in any folder": (
        _main('os.Create(filepath.Join(os.Args[1], "a.db"))', "os", "path/filepath"),
        ["?"],
    ),
    "one of many names": (
        _main('save("a")\nsave("b")\nsave("c")', "os")
        | {"make.go": 'package main\n\nimport "os"\n\nfunc save(n string) { os.Create(n + ".old") }\n'},
        ["?"],
    ),
    "one of many names in a folder": (
        _main('save("a")\nsave("b")\nsave("c")')
        | {"make.go": 'package main\n\nimport "os"\n\nfunc save(n string) { os.Create("out/" + n) }\n'},
        ["out/"],
    ),
    "a name with the time in it": (
        _main('os.Create("var/backup/shop-" + now.Format("20060102") + ".gz")', "os"),
        ["?"],
    ),
    "a layout of a time": (
        _main(
            'os.Create(where("var/backup/20060102.gz"))',
            "os",
            also="func where(s string) string { return s }",
        ),
        ["var/backup/"],
    ),
    "the path of a URL": (_main('os.Create("v2/alerts")', "os"), ["?"]),
    "no path": (_main('os.Create("n/a")', "os"), ["?"]),
    "a file without a suffix": (_main('os.Create("data/LOCK")', "os"), ["data/LOCK"]),
    "a number": (_main('os.MkdirAll("0/certs", 0)', "os"), ["?"]),
    "an option": (_main('os.Create("-.old")', "os"), ["?"]),
    "a function that nobody calls": (_main("", "os", also='func test() { os.Mkdir("a", 0) }'), []),
    "a log that begins anew each day": (
        _main('rotatelogs.New("./logs/shop-%Y-%m-%d.log")', "example.com/rotatelogs"),
        ["logs/"],
    ),
    "lumberjack": (
        _main(
            'log.SetOutput(&lumberjack.Logger{Filename: "log/shop.log"})', "gopkg.in/natefinch/lumberjack.v2"
        ),
        ["log/shop.log"],
    ),
    "zap": (
        _main(
            'c := zap.NewProductionConfig()\nc.OutputPaths = []string{"stdout", "logs/a.log"}\n'
            'd := zap.Config{OutputPaths: []string{"stderr", "logs/b.log"}}',
            "go.uber.org/zap",
        ),
        ["logs/a.log", "logs/b.log"],
    ),
    "a setting": (
        {
            **_main('load("conf/app.yaml")'),
            "conf/app.yaml": "database:\n  connection: dbs/main.db?_fk=true\n  other: nothing.txt\n",
        },
        ["dbs/main.db"],
    ),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_what_is_written(case: str, tmp_path: Path) -> None:
    files, wanted = WRITTEN[case]
    if case == "bolt":
        files = {"main.go": files["main.go"].replace('"go.etcd.io/bbolt"', 'bolt "go.etcd.io/bbolt"')}
    if case == "a log that begins anew each day":
        renamed = 'rotatelogs "github.com/lestrrat-go/file-rotatelogs"'
        files = {"main.go": files["main.go"].replace('"example.com/rotatelogs"', renamed)}
    found = _program(tmp_path, files).written
    assert [
        f"{place.path or '?'}{'/' if place.is_folder and place.path else ''}" for place in found
    ] == wanted


BESIDE = {
    "the executable's folder": ("exe, _ := os.Executable()\nprintln(filepath.Dir(exe))", True),
    "the first argument's folder": ("println(filepath.Dir(os.Args[0]))", True),
    "the executable, to run it again": ("exe, _ := os.Executable()\nprintln(exe)", False),
}


@pytest.mark.parametrize("case", BESIDE)
def test_files_beside_the_executable(case: str, tmp_path: Path) -> None:
    body, wanted = BESIDE[case]
    program = _program(tmp_path, _main(body, "os", "path/filepath"))
    assert (program.beside_itself is not None) is wanted


GODOTENV = "github.com/joho/godotenv"
VIPER = 'viper.SetConfigFile(".env")\nif err := viper.ReadInConfig(); err != nil {\n\tlog.Fatal(err)\n}'
ENV_FILES = {
    "an error that ends it": ("if err := godotenv.Load(); err != nil {\n\tlog.Fatal(err)\n}", ".env"),
    "an error in two steps": ("err := godotenv.Load()\nif err != nil {\n\tpanic(err)\n}", ".env"),
    "a file by name": (
        'err := godotenv.Load("./deploy/app.env")\nif err != nil {\n\tos.Exit(1)\n}',
        "deploy/app.env",
    ),
    "a folder that nobody knows": (
        'err := godotenv.Load(filepath.Join(os.Args[1], ".env"))\nif err != nil {\n\tlog.Fatalln(err)\n}',
        ".env",
    ),
    "an error that a helper ends by": (
        'loading := godotenv.Load()\nutils.CheckErr("no variables", loading)',
        ".env",
    ),
    "an error that a helper writes down": ("err := godotenv.Load()\nlogger.Note(err)", None),
    "another error that a helper ends by": ("_ = godotenv.Load()\ncheck(err)", None),
    "an error that is spoken of": ("if err := godotenv.Load(); err != nil {\n\tlog.Print(err)\n}", None),
    "an error that nobody looks at": ("_ = godotenv.Load()", None),
    "a file above": ('if err := godotenv.Load("../.env"); err != nil {\n\tpanic(err)\n}', None),
    "viper": (VIPER, ".env"),
    "viper, by name and type": (
        VIPER.replace('SetConfigFile(".env")', 'SetConfigName("app")\nviper.SetConfigType("env")'),
        "app.env",
    ),
    "viper, by a name in a variable": (
        VIPER.replace(
            'SetConfigFile(".env")', 'SetConfigType("env")\npath := ".env"\nviper.SetConfigName(path)'
        ),
        ".env",
    ),
    "viper, in a folder": (
        VIPER.replace(
            'SetConfigFile(".env")',
            'AddConfigPath("./envs")\nviper.SetConfigName("dev")\nviper.SetConfigType("env")',
        ),
        "envs/dev.env",
    ),
}


@pytest.mark.parametrize("case", ENV_FILES)
def test_the_file_of_variables(case: str, tmp_path: Path) -> None:
    body, wanted = ENV_FILES[case]
    found = _program(tmp_path, _main(body, GODOTENV, "log", "os", "path/filepath")).env_file
    assert (None if found is None else found.path) == wanted


def test_names_of_an_example_and_never_a_value(tmp_path: Path) -> None:
    files = {**_main(VIPER, "log"), ".env.example": "# comment\nexport DB_HOST=localhost\nSECRET=abc\n\n=x\n"}
    found = _program(tmp_path, files).env_file
    assert found is not None
    assert (found.names, str(found.evidence)) == (("DB_HOST", "SECRET"), "main.go:11")


COBRA = "github.com/spf13/cobra"
_RUN = "RunE: func(*cobra.Command, []string) error { return nil }"
STARTED = {
    "no sub-command": (_main(""), None),
    "serve": (_main("", COBRA, also=f'var c = &cobra.Command{{Use: "serve [flags]", {_RUN}}}'), "serve"),
    "a group that does nothing": (_main("", COBRA, also='var c = &cobra.Command{Use: "server"}'), None),
    "start, where the root does nothing": (
        _main(
            "",
            COBRA,
            also=f'var r = cobra.Command{{Use: "shop"}}\nvar c = cobra.Command{{Use: "start", {_RUN}}}',
        ),
        "start",
    ),
    "start, where the root does something": (
        _main(
            "",
            COBRA,
            also=f'var root = cobra.Command{{Use: "x", {_RUN}}}\nvar c = cobra.Command{{Use: "up", {_RUN}}}',
        ),
        None,
    ),
    "urfave": (
        _main("", "github.com/urfave/cli/v2", also='var c = cli.Command{Name: "web", Action: run}'),
        "web",
    ),
    "kong": (
        _main("", "github.com/alecthomas/kong", also='var c struct {\n\tServe struct{} `cmd:"" help:"x"`\n}'),
        "serve",
    ),
    "kingpin": (
        _main('app.Command("serve", "Serves.")', "github.com/alecthomas/kingpin/v2"),
        "serve",
    ),
    "PocketBase": (
        _main("pocketbase.New().Start()", "github.com/pocketbase/pocketbase"),
        "serve --http=0.0.0.0:8090",
    ),
    "a Procfile": ({**_main(""), "Procfile": "web: bin/shop serve --verbose\n"}, "serve --verbose"),
    "an old Dockerfile": (
        {**_main(""), "deploy/Dockerfile": 'FROM a\nENTRYPOINT ["/shop", "listen"]\n'},
        "listen",
    ),
    "a compose file": (
        {**_main(""), "compose.yaml": 'services:\n  a:\n    command: ["./shop", "go"]\n'},
        "go",
    ),
    "a file that is in no image": (
        {**_main(""), "Dockerfile": 'FROM a\nCMD ["/shop", "--config", "/etc/shop.yml"]\n'},
        None,
    ),
    "a shell": ({**_main(""), "Dockerfile": 'FROM a\nCMD ["sh", "-c", "shop x"]\n'}, None),
}


@pytest.mark.parametrize("case", STARTED)
def test_the_words_that_make_it_serve(case: str, tmp_path: Path) -> None:
    files, wanted = STARTED[case]
    found = _program(tmp_path, files).arguments
    assert (None if found is None else " ".join(found.words)) == wanted


TOOL = "package main\n\nfunc main() {}\n"
BUILT = {
    "an old Dockerfile": ({"Dockerfile": "FROM a\nRUN go build -o /x ./cmd/b\n"}, "cmd/b", "Dockerfile:2"),
    "a file of the package": ({"Makefile": "all:\n\tgo build -o x cmd/b/main.go\n"}, "cmd/b", "Makefile:2"),
    "goreleaser": ({".goreleaser.yaml": "builds:\n  - main: ./cmd/b\n"}, "cmd/b", ".goreleaser.yaml:2"),
    "a release of a client": (
        {".goreleaser.yaml": "builds:\n  - main: ./cmd/b\n", "cmd/a/main.go": _main("")["main.go"]},
        "cmd/a",
        "",
    ),
    "a Makefile that builds both": (
        {"Makefile": "all:\n\tgo build ./cmd/a\n\tgo build ./cmd/b\n"},
        "cmd/a",
        "",
    ),
    "a Dockerfile of ours": ({"Dockerfile": "# Written by gendock.\nRUN go build ./cmd/b\n"}, "cmd/a", ""),
}


@pytest.mark.parametrize("case", BUILT)
def test_the_program_that_other_files_build(case: str, tmp_path: Path) -> None:
    files, wanted, line = BUILT[case]
    program = _program(tmp_path, {"cmd/a/main.go": TOOL, "cmd/b/main.go": TOOL, **files})
    assert program.package == wanted
    assert not line or program.because == f"what {line} builds"


EXECUTED = {
    "git": ('exec.Command("git", "log")', [("git", "git")]),
    "a shell": ('exec.CommandContext(nil, "sh", "-c", "x")', [("sh", "")]),
    "a look": ('exec.LookPath("ffmpeg")', [("ffmpeg", "ffmpeg")]),
    "a program that nobody knows": ('exec.Command("./helper")', []),
    "a name that nobody knows": ("exec.Command(name)", []),
}


@pytest.mark.parametrize("case", EXECUTED)
def test_programs_that_it_starts(case: str, tmp_path: Path) -> None:
    body, wanted = EXECUTED[case]
    found = _program(tmp_path, _main(body, "os/exec")).executed
    assert [(one.name, one.package) for one in found] == wanted


PACKAGE = "package a\n"
TEMPL = MOD + "\nrequire github.com/a-h/templ v0.3.900\n"
SWAG = MOD + "\nrequire github.com/swaggo/swag v1.16.3\n"
SQLC = 'version: "2"\nsql:\n  - gen:\n      go:\n        out: "./db"\n'
GQLGEN = "github.com/99designs/gqlgen"
GENERATED = {
    "nothing": ({}, "", []),
    "another module's package": ({"go.mod": MOD + "\nrequire example.com/shop/v9 v9.0.0\n"}, "v9", []),
    "nothing that makes it": ({}, "db", ["db: "]),
    "what the Makefile says": (
        {"Makefile": "gen:\n\tprotoc --go_out=. a.proto\n"},
        "db",
        ["db: protoc --go_out=. a.proto"],
    ),
    "templ": (
        {"go.mod": TEMPL, "web/a.go": PACKAGE, "web/page.templ": ""},
        "web",
        ["go run -mod=mod github.com/a-h/templ/cmd/templ generate"],
    ),
    "templ, in a workspace": (
        {
            "go.mod": TEMPL,
            "go.work": "go 1.26\n\nuse .\n",
            "web/a.go": PACKAGE,
            "web/page.templ": "",
        },
        "web",
        ["go run github.com/a-h/templ/cmd/templ@v0.3.900 generate"],
    ),
    "ego": (
        {"web/a.go": PACKAGE, "web/b.ego": "", "web/c.ego": "", "web/c.ego.go": PACKAGE},
        "web",
        ["go run github.com/benbjohnson/ego/cmd/ego@v0.4.3 ./web"],
    ),
    "templ, with its Go file": (
        {"go.mod": TEMPL, "web/page_templ.go": PACKAGE, "web/page.templ": ""},
        "web",
        [],
    ),
    "templ, a tool of the module": (
        {"go.mod": TEMPL + "tool github.com/a-h/templ/cmd/templ\n", "web/page.templ": ""},
        "web",
        ["go tool templ generate"],
    ),
    "sqlc": (
        {"sqlc.yaml": SQLC, "README.md": "go install github.com/sqlc-dev/sqlc/cmd/sqlc@v1.28.0\n"},
        "db",
        ["go run github.com/sqlc-dev/sqlc/cmd/sqlc@v1.28.0 generate"],
    ),
    "gqlgen": (
        {
            "gqlgen.yml": "exec:\n  filename: db/made.go\n",
            "Makefile": f"a:\n\tgo install {GQLGEN}@v0.17.85\n",
        },
        "db",
        ["go run github.com/99designs/gqlgen@v0.17.85"],
    ),
    "not by the line that installs the tool": (
        {"Makefile": "a:\n\tgo install example.com/mockgen@v1\n\twhich mockgen\nb:\n\tmockgen -d db\n"},
        "db",
        ["db: mockgen -d db"],
    ),
    "swag": (
        {"go.mod": SWAG},
        "docs",
        ["go run -mod=mod github.com/swaggo/swag/cmd/swag init -g main.go -o docs"],
    ),
    "swag, as the Makefile has it": (
        {"go.mod": SWAG, "Makefile": "docs:\n\tswag init -g main.go --outputTypes go,yaml\n"},
        "docs",
        ["go run -mod=mod github.com/swaggo/swag/cmd/swag init -g main.go --outputTypes go,yaml"],
    ),
    "go generate": (
        {"ent/generate.go": "package ent\n\n//go:generate go run entgo.io/ent/cmd/ent generate ./x\n"},
        "ent/user",
        ["go generate ./ent"],
    ),
    "go generate, with a program that nobody has": (
        {"api/generate.go": "package api\n\n//go:generate mockery\n"},
        "api/mocks",
        ["api/mocks: "],
    ),
}


@pytest.mark.parametrize("case", GENERATED)
def test_code_that_is_not_there(case: str, tmp_path: Path) -> None:
    files, imported, wanted = GENERATED[case]
    path = f"example.com/shop/{imported}" if imported else "os"
    found = _program(tmp_path, {**_main("", path), **files}).generated
    assert [" ".join(one.command) or f"{one.folder}: {one.tool}" for one in found] == wanted


EMBED = {
    "main.go": 'package main\n\nimport _ "embed"\n\n//go:embed all:web/dist\nvar x string\n\nfunc main() {}\n'
}
BUILD = '{"scripts": {"build": "vite build"}}'
FRONT_ENDS = {
    "npm": ({"web/package.json": BUILD, "web/package-lock.json": ""}, ["web: npm -> web/dist"]),
    "pnpm": ({"web/package.json": BUILD, "web/pnpm-lock.yaml": ""}, ["web: pnpm -> web/dist"]),
    "yarn": ({"web/package.json": BUILD, "web/yarn.lock": ""}, ["web: yarn -> web/dist"]),
    "bun": ({"web/package.json": BUILD, "web/bun.lock": ""}, ["web: bun -> web/dist"]),
    "a placeholder": ({"web/package.json": BUILD, "web/dist/.gitkeep": ""}, ["web: npm -> web/dist"]),
    "there already": ({"web/package.json": BUILD, "web/dist/index.html": "x" * 2000}, []),
    "no build": ({"web/package.json": '{"scripts": {"test": "x"}}'}, []),
    "broken": ({"web/package.json": "{"}, []),
    "a build that writes elsewhere": (
        {"ui/package.json": BUILD, "ui/vite.config.ts": "build: { outDir: '../web/dist' }"},
        ["ui: npm -> web/dist"],
    ),
    "an option of the script": (
        {"ui/package.json": '{"scripts": {"build": "vite build --outDir ../web/dist"}}'},
        ["ui: npm -> web/dist"],
    ),
    "another script": (
        {"ui/package.json": '{"scripts": {"build": "vite", "release": "vite build --outDir=../web/dist"}}'},
        ["ui: npm -> web/dist"],
    ),
    "a small page that says so": (
        {"web/package.json": BUILD, "web/dist/index.html": "<p>Not built.</p>"},
        ["web: npm -> web/dist"],
    ),
    "a build whose output is copied": (
        {"ui/package.json": BUILD, "ui/vite.config.ts": "build: { outDir: 'dist' }"},
        ["ui: npm -> ui/dist as web/dist"],
    ),
    "a build whose output is copied, with no word of where it goes": (
        {"ui/package.json": BUILD, "tests/package.json": '{"scripts": {"test": "x"}}'},
        ["ui: npm -> ui/dist as web/dist"],
    ),
    "a package of a workspace": (
        {"package.json": '{"workspaces": ["web"]}', "pnpm-lock.yaml": "", "web/package.json": BUILD},
        ["web in .: pnpm -> web/dist"],
    ),
    "a package beside a workspace": (
        {
            "package.json": '{"workspaces": ["x"]}',
            "web/package.json": BUILD,
            "web/package-lock.json": "",
        },
        ["web: npm -> web/dist"],
    ),
    "another output": ({"ui/package.json": '{"scripts": {"build": "react-scripts build"}}'}, []),
    "one of two front ends": ({"ui/package.json": BUILD, "site/package.json": BUILD}, []),
}


PART = '{"scripts": {"build": "node esbuild.config.mjs"}}'
PARTS = {
    "a part that a build fills": (
        {"esbuild.config.mjs": 'outdir: "web/dist/js/"'},
        [".: npm -> web/dist/js"],
    ),
    "a part that is there": ({"esbuild.config.mjs": 'outdir: "web/dist/js"', "web/dist/js/a.js": ""}, []),
    "a folder elsewhere": ({"esbuild.config.mjs": 'outdir: "public/js"'}, []),
    "no word of a folder": ({}, []),
}


@pytest.mark.parametrize("case", PARTS)
def test_front_ends_that_fill_a_part_of_what_is_embedded(case: str, tmp_path: Path) -> None:
    files, wanted = PARTS[case]
    pages = {"web/dist/index.html": "x" * 2000, "web/dist/a.svg": "", "package.json": PART}
    program = _program(tmp_path, {**EMBED, **pages, **files})
    assert [_front_end(one) for one in program.front_ends] == wanted


KEY = "key.pem:\n\t@openssl genpkey -algorithm Ed25519 -out key.pem\n"
CERTIFICATE = "cert.pem: key.pem\n\t@openssl req -x509 -key key.pem -out cert.pem\n\t@rm -f a.csr\n"
MADE = {
    "a rule by the file's name": ("key.pem", KEY, ["make key.pem"]),
    "a rule that needs another": ("cert.pem", CERTIFICATE + KEY, ["make cert.pem"]),
    "two files of one rule": (
        "docs site",
        "pages:\n\tmkdir -p docs site\n\ttouch docs/index.html site/app.html\n",
        ["make pages"],
    ),
    "a rule with a tool that the image may not have": (
        "key.pem",
        "key.pem:\n\tmkcert -key-file key.pem\n",
        [],
    ),
    "a rule that needs one with such a tool": ("cert.pem", CERTIFICATE + "key.pem:\n\tmkcert\n", []),
    "a rule that names another file": ("key.pem", "a:\n\ttouch old-key.pem\n", []),
    "a rule that takes it away": ("key.pem", "clean:\n\trm -f key.pem\n", []),
    "a variable": ("key.pem", "key.pem := $(HOME)/key.pem\n", []),
}


@pytest.mark.parametrize("case", MADE)
def test_embedded_files_that_a_rule_of_the_makefile_makes(case: str, tmp_path: Path) -> None:
    embedded, text, wanted = MADE[case]
    main = f'package main\n\nimport "embed"\n\nvar (\n\t//go:embed {embedded}\n\tx embed.FS\n)\n'
    main += "\nfunc main() {}\n"
    found = _program(tmp_path, {"main.go": main, "Makefile": text}).generated
    assert [" ".join(one.command) for one in found] == wanted
    assert not wanted or sorted(found[0].embedded) == embedded.split()
    assert [one.stands_in for one in found] == ["touch" in text] * len(wanted)


def test_embedded_files_that_go_generate_makes(tmp_path: Path) -> None:
    main = (
        'package main\n\nimport _ "embed"\n\n//go:generate go run ./version\n\n//go:embed VERSION\n'
        "var version string\n\nfunc main() { println(version) }\n"
    )
    found = _program(tmp_path, {"main.go": main}).generated
    assert [(one.command, one.embedded) for one in found] == [(("go", "generate", "."), ("VERSION",))]


def _front_end(one: FrontEnd) -> str:
    moved = f" as {one.wanted}" if one.wanted != one.output else ""
    within = f" in {one.installed_in}" if one.installed_in else ""
    return f"{one.folder}{within}: {one.manager} -> {one.output}{moved}"


@pytest.mark.parametrize("case", FRONT_ENDS)
def test_front_ends_that_make_what_is_embedded(case: str, tmp_path: Path) -> None:
    files, wanted = FRONT_ENDS[case]
    program = _program(tmp_path, {**EMBED, **files})
    assert [_front_end(one) for one in program.front_ends] == wanted
    assert bool(program.missing_embeds) is not any(name.startswith("web/dist/") for name in files)


@pytest.mark.parametrize(
    ("package", "wanted"),
    [
        ('"react-scripts": "^3.2.0"', ["NODE_OPTIONS=--openssl-legacy-provider"]),
        ('"webpack": "4.46.0"', ["NODE_OPTIONS=--openssl-legacy-provider"]),
        ('"webpack": "^5.1.0"', []),
        ('"vite": "^4.0.0"', []),
        ('"webpack": "workspace:*"', []),
    ],
)
def test_bundlers_from_before_openssl_3(package: str, wanted: list[str], tmp_path: Path) -> None:
    text = f'{{"scripts": {{"build": "x"}}, "devDependencies": {{{package}}}}}'
    program = _program(tmp_path, {**EMBED, "web/package.json": text})
    assert list(program.front_ends[0].settings) == wanted


def test_scripts_of_an_installation_may_read_anything(tmp_path: Path) -> None:
    package = '{"scripts": {"build": "x", "postinstall": "y"}, "devDependencies": {"puppeteer": "1"}}'
    (front,) = _program(tmp_path, {**EMBED, "web/package.json": package}).front_ends
    assert (front.module_files, front.settings) == ((), ("PUPPETEER_SKIP_DOWNLOAD=1",))


SUM = "example.com/a v1.0.0 h1:x\nexample.com/a v1.0.0/go.mod h1:y\n"
SUMS = {
    "a line": (SUM, None),
    "the line of its go.mod only": (SUM.splitlines()[1], "example.com/a"),
    "another version": (SUM.replace("v1.0.0", "v1.0.1"), "example.com/a"),
}


@pytest.mark.parametrize("case", SUMS)
def test_a_module_that_go_sum_does_not_know(case: str, tmp_path: Path) -> None:
    text, wanted = SUMS[case]
    files = {"go.mod": MOD + "require example.com/a v1.0.0\n", "go.sum": text, **_main("", "example.com/a/b")}
    found = _program(tmp_path, files).unsummed
    assert (None if found is None else found.path) == wanted


SETTINGS = {
    "YAML": ("app.yaml", "server:\n  host: 0.0.0.0\n  port: 8081 # ours\n", [":8081"]),
    "YAML, an address": ("app.yml", 'listen: "127.0.0.1:8082"\n', ["127.0.0.1:8082"]),
    "TOML": ("app.toml", '[http]\naddr = ":8083"\n', [":8083"]),
    "INI": ("app.ini", "; a comment = 1\n[server]\nHttpPort = 8084\n", [":8084"]),
    "JSON": ("app.json", '{\n  "web": {\n    "port": 8085\n  }\n}\n', [":8085"]),
    "a database's": ("app.yaml", "database:\n  port: 7777\nredis:\n  addr: redis:8000\n", []),
    "a section that is off": (
        "app.yaml",
        "listen: :8086\nrelay:\n  server:\n    enabled: false\n    listen: :3478\n    web:\n      port: 34\n",
        [":8086"],
    ),
    "a section that is not on": (
        "app.toml",
        '[http]\naddr = ":8087"\n[web]\ndisabled = true\nport = 1\n',
        [":8087"],
    ),
    "a section that is on": ("app.yaml", "server:\n  enabled: true\n  port: 8088\n", [":8088"]),
    "a switch for all": ("app.yaml", "enabled: false\nport: 8089\n", [":8089"]),
    "a mail server's": ("app.yaml", "mail:\n  port: 2525\n", []),
    "no port": ("app.yaml", "port: 99999\nport: x\nports: 12\n", []),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_ports_in_configuration_files(case: str, tmp_path: Path) -> None:
    name, text, wanted = SETTINGS[case]
    body = f'cfg := load("./conf/{name}")\nhttp.ListenAndServe(cfg.Address(), nil)'
    program = _program(
        tmp_path,
        {"main.go": _main(body)["main.go"].replace(f"{SERVE}\n", ""), f"conf/{name}": text},
    )
    assert [f"{port.host}:{port.number}" for port in program.ports] == wanted


NAMED = {
    "a flag's default": (_main('flag.String("c", "./conf/a.yaml", "")', "flag"), ["conf/a.yaml"]),
    "a text that is a file of ours": (_main('x.Load2("conf/a.yaml")'), ["conf/a.yaml"]),
    "what a setting names": (
        {**_main('f("./conf/main.yaml")'), "conf/main.yaml": "dir: ./pages\nbegin: db/m_\n"},
        ["conf/main.yaml", "db", "pages"],
    ),
    "viper's names": (
        _main('viper.SetConfigName("a")\nviper.AddConfigPath("./conf")'),
        ["conf"],
    ),
    "viper's name, here": (
        {**_main('viper.SetConfigName("settings")\nviper.AddConfigPath(".")'), "settings.toml": ""},
        ["settings.toml"],
    ),
    "viper's name, as a parameter": (
        {
            **_main(
                'load(path(os.Getenv("config")))',
                "os",
                also="func path(of string) string {\n"
                'if of == "docker" {\nreturn "./conf/docker"\n}\nreturn "./conf/local"\n}\n'
                'func load(name string) {\nviper.SetConfigName(name)\nviper.AddConfigPath(".")\n}',
            ),
            "conf/docker.yml": "",
            "conf/local.yml": "",
            "conf/other.yml": "",
        },
        ["conf/docker.yml", "conf/local.yml"],
    ),
    "viper's name, as a flag": (
        {
            **_main('env := flag.String("e", "a", "")\nviper.SetConfigName("set/" + *env)', "flag"),
            "set/a.toml": "",
            "set/b.toml": "",
        },
        ["set"],
    ),
    "parts that are joined before it is opened": (
        _main('path := filepath.Join("conf", "a.yaml")\nos.ReadFile(path)'),
        ["conf/a.yaml"],
    ),
    "a folder, by the slash behind it": (_main('path := "db/"\nmigrate(path)'), ["db"]),
    "a folder in a format": (
        _main(
            'where := "db"\nmigrate.NewWithDatabaseInstance(fmt.Sprintf("file://%s", where), "x", d)', "fmt"
        ),
        ["db"],
    ),
    "several files of a folder": (
        _main('f("pages/1.html", "pages/2.html", "pages/3.html")'),
        ["pages"],
    ),
    "in a folder whose name says nothing": (
        _main('f(filepath.Join(reportDir, "conf/a.yaml"))'),
        ["conf/a.yaml"],
    ),
    "in a template's folder": (_main('f(filepath.Join(cfg.TemplateDir, "pages/1.html"))'), ["pages/1.html"]),
    "in a clone": (_main('f(filepath.Join(repoDir, "conf/a.yaml"))'), []),
    "in a temporary folder": (_main('f(filepath.Join(w.tempDir, "conf/a.yaml"))'), []),
    "what a path is compared with": (_main('if p == "conf/a.yaml" || "pages/1.html" != p {\nf()\n}'), []),
    "what a path begins with": (_main('strings.HasPrefix(p, "db/")'), []),
    "what a switch compares with": (_main('switch p {\ncase "conf/a.yaml", "pages/1.html":\nf()\n}'), []),
    "what a case opens": (_main('switch p {\ncase "a": f("conf/a.yaml")\n}'), ["conf/a.yaml"]),
    "for developers": (_main('if cfg.IsDev {\nos.Open("conf/a.yaml")\n}', "os"), []),
    "for all but developers": (_main('if !cfg.IsDev {\nos.Open("conf/a.yaml")\n}', "os"), ["conf/a.yaml"]),
    "for developers, and for others": (
        _main('if dev {\nos.Open("conf/a.yaml")\n}\nos.Open("conf/a.yaml")', "os"),
        ["conf/a.yaml"],
    ),
    "a route": (_main('mux.Handle("/pages/", nil)'), []),
    "an import path": (_main("", "example.com/shop/conf"), []),
    "what is embedded": (_main('f("pages/1.html")', also="//go:embed pages\nvar p embed.FS"), []),
    "what describes the project": (_main('f("README.md")'), []),
}


@pytest.mark.parametrize("case", NAMED)
def test_files_that_are_named_in_literals(case: str, tmp_path: Path) -> None:
    files, wanted = NAMED[case]
    here = {
        "conf/a.yaml": "", "pages/1.html": "", "pages/2.html": "", "pages/3.html": "", "README.md": "",
        "db/m_1/a.sql": "",
    }  # fmt: skip
    program = _program(tmp_path, {**here, **files})
    assert [asset.path for asset in program.runtime_files] == wanted


def test_an_example_stands_in_for_a_configuration_file(tmp_path: Path) -> None:
    files = {**_main('load("conf/app.toml")'), "conf/app.toml.sample": "[server]\nport = 8083\n"}
    (place,) = _program(tmp_path, files).runtime_files
    assert (place.path, place.opened) == ("conf/app.toml.sample", "conf/app.toml")


def test_of_several_examples_the_first_by_name_stands_in(tmp_path: Path) -> None:
    names = ("default-app.toml", "app.toml.sample", "app.example.toml", "app_dist.toml", "example-app.toml")
    files = {**_main('load("conf/app.toml")'), **{f"conf/{name}": "" for name in names}}
    (place,) = _program(tmp_path, files).runtime_files
    assert (place.path, place.opened) == ("conf/app.example.toml", "conf/app.toml")


def test_a_file_that_is_called_example_stands_in_for_the_one_that_viper_looks_for(tmp_path: Path) -> None:
    files = {**_main('viper.SetConfigName("local")\nviper.AddConfigPath("./env")'), "env/example.yaml": ""}
    found = _program(tmp_path, files).runtime_files
    assert [(place.path, place.opened) for place in found] == [
        ("env", "env"),
        ("env/example.yaml", "env/local.yaml"),
    ]


def test_a_configuration_file_at_the_top_stands_in_for_one_in_a_folder(tmp_path: Path) -> None:
    files = {**_main('load("config/config.yaml")'), "config.yaml": "", "data.yaml": ""}
    (place,) = _program(tmp_path, files).runtime_files
    assert (place.path, place.opened) == ("config.yaml", "config/config.yaml")


LOCAL = {
    "a flag": ('addr := flag.String("addr", "localhost:8080", "")', "*addr", ["--addr=0.0.0.0:8080"]),
    "a flag for the host": (
        'var host string\nflag.StringVar(&host, "host", "127.0.0.1", "")',
        'host + ":8080"',
        ["--host=0.0.0.0"],
    ),
    "a flag for the host of something else": (
        'b := flag.String("bind", "localhost", "")\ndb := flag.String("host", "localhost", "")',
        '*b + ":8080"',
        ["--bind=0.0.0.0"],
    ),
    "a flag in a tag": (
        'var o struct {\n\tHost string `long:"bind" default:"localhost"`\n}\nhost := o.Host',
        'host + ":8080"',
        ["--bind=0.0.0.0"],
    ),
    "a variable": ('host := getenv("HOST", "127.0.0.1")', 'host + ":8080"', ["HOST=0.0.0.0"]),
    "a variable of something else": ('db := getenv("DB_HOST", "127.0.0.1")', '"127.0.0.1:8080"', []),
    "neither": ("", '"127.0.0.1:8080"', []),
    "a variable in a table": (
        'read(os.Environ(), map[string]setting{"LISTEN_ADDR": {raw: "127.0.0.1:8080"}})',
        "targets()[0]",
        ["LISTEN_ADDR=0.0.0.0:8080"],
    ),
    "all addresses": ('addr := flag.String("addr", ":8080", "")', "*addr", []),
}


@pytest.mark.parametrize("case", LOCAL)
def test_what_opens_a_server_that_listens_on_its_own_machine(case: str, tmp_path: Path) -> None:
    body, address, wanted = LOCAL[case]
    text = _main(body, "flag")["main.go"].replace('":8080", nil', f"{address}, nil")
    program = _program(tmp_path, {"main.go": text})
    assert [f"{'--' * one.is_flag}{one.name}={one.value}" for one in program.openings] == wanted


EXPERIMENTS = {"encoding/json/v2": ("jsonv2",), "encoding/json": ()}


@pytest.mark.parametrize("path", EXPERIMENTS)
def test_packages_that_are_an_experiment(path: str, tmp_path: Path) -> None:
    assert _program(tmp_path, _main("", path)).experiments == EXPERIMENTS[path]


REQUIRED = {
    "example.com/b/c": None,
    "example.com/bb": "example.com/bb",
    "example.com/shop/x": None,
    "os": None,
}


@pytest.mark.parametrize("path", REQUIRED)
def test_an_import_that_go_mod_requires_nothing_for(path: str, tmp_path: Path) -> None:
    files = {"go.mod": MOD + "require example.com/b v1.0.0\n", **_main("", path)}
    found = _program(tmp_path, files).unrequired
    assert (None if found is None else found.path) == REQUIRED[path]


REQUIRED_VARIABLES = {
    "a comparison": ('if os.Getenv("A") == "" {\n\tlog.Fatal("A")\n}', True),
    "a comparison of a variable": ('a := os.Getenv("A")\nif a == "" {\n\tpanic("A")\n}', True),
    "a look": ('a, ok := os.LookupEnv("A")\nif !ok {\n\tos.Exit(1)\n}', True),
    "a number": ('n, err := strconv.Atoi(os.Getenv("A"))\nif err != nil {\n\tlog.Fatal(err)\n}', True),
    "a helper": ('mustGetenv("A")', True),
    "only if it is set": (
        (
            'if os.Getenv("A") != "" {\n\tn, err := strconv.Atoi(os.Getenv("A"))\n'
            "\tif err != nil {\n\t\tpanic(n)\n\t}\n}"
        ),
        False,
    ),
    "a binding": ('viper.MustBindEnv("A")', False),
    "a fallback": ('a := os.Getenv("A")\nif a == "" {\n\ta = "b"\n}', False),
    "a fallback that can fail": (
        'a := os.Getenv("A")\nif a == "" {\n\tif _, err := os.Getwd(); err != nil {\n\t\tpanic(err)\n\t}\n}',
        False,
    ),
    "no question": ('println(os.Getenv("A"))', False),
}


def test_variables_of_commands_that_are_not_started(tmp_path: Path) -> None:
    def command(name: str, variable: str) -> str:
        return (
            f'package main\n\nimport (\n\t"net/http"\n\t"os"\n\n\t"github.com/spf13/cobra"\n)\n\n'
            f'var {name} = &cobra.Command{{Use: "{name}", RunE: run_{name}}}\n\nfunc run_{name}() {{\n'
            f'if os.Getenv("{variable}") == "" {{\n\tpanic(1)\n}}\nhttp.ListenAndServe(":80", nil)\n}}\n'
        )

    files = {"serve.go": command("serve", "A"), "mock.go": command("mock", "B")}
    variables = _program(tmp_path, {"main.go": "package main\n\nfunc main() { run() }\n", **files}).variables
    assert {one.name: one.required for one in variables} == {"A": True, "B": False}


@pytest.mark.parametrize("case", REQUIRED_VARIABLES)
def test_variables_that_it_ends_without(case: str, tmp_path: Path) -> None:
    body, wanted = REQUIRED_VARIABLES[case]
    (variable,) = _program(tmp_path, _main(body, "os", "log", "strconv")).variables
    assert (variable.name, variable.required) == ("A", wanted)


TAGS = {
    '`env:"A,required"`': True,
    '`envconfig:"A" required:"true"`': True,
    '`env:"A" env-required:"true"`': True,
    '`env:"A" envDefault:"b"`': False,
}


@pytest.mark.parametrize("tag", TAGS)
def test_fields_that_have_to_be_set(tag: str, tmp_path: Path) -> None:
    (variable,) = _program(tmp_path, _main("", also=f"type c struct {{\n\tA string {tag}\n}}")).variables
    assert (variable.name, variable.required) == ("A", TAGS[tag])


CONFIG_VARIABLES = {
    "one that names no file": ("CONFIG_PATH", {"config/local.yml": "port: 8099\n"}, "config/local.yml"),
    "the likeliest of several": (
        "APP_CONFIG_FILE",
        {"config/prod.yaml": "", "config/config.yaml": "", "config/tests.yaml": ""},
        "config/config.yaml",
    ),
    "no file": ("CONFIG_PATH", {"config/other.txt": ""}, None),
    "another variable": ("CONFIGURED", {"config/local.yml": ""}, None),
}


@pytest.mark.parametrize("case", CONFIG_VARIABLES)
def test_a_variable_that_asks_for_a_configuration_file(case: str, tmp_path: Path) -> None:
    name, files, wanted = CONFIG_VARIABLES[case]
    program = _program(tmp_path, {**_main(f'load(os.Getenv("{name}"))', "os"), **files})
    found = program.config_variable
    assert (None if found is None else found.opened) == wanted
    assert (wanted in [asset.path for asset in program.runtime_files]) is (wanted is not None)

"""What is written for a program's needs, as data: the lines that come of it, in their order."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gendock.generate import Plan, make_plan
from gendock.golang import read_project

MOD = "module example.com/shop\n\ngo 1.26\n"
SERVE = 'http.ListenAndServe(":8080", nil)'
EMBED = "//go:embed all:web/dist\nvar pages embed.FS\n"
DEBIAN = "FROM debian:bookworm-slim AS final"


def _plan(folder: Path, files: Mapping[str, str | None]) -> Plan:
    written = {
        name: text for name, text in {"go.mod": MOD, "go.sum": "", **files}.items() if text is not None
    }
    for name, text in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return make_plan(read_project(folder))


def _main(body: str, *imports: str, also: str = "") -> dict[str, str]:
    listed = "".join(f'\t"{path}"\n' for path in ("net/http", "os", *imports))
    return {
        "main.go": f"package main\n\nimport (\n{listed})\n\n{also}\nfunc main() {{\n{body}\n{SERVE}\n}}\n"
    }


BUILD = '{"scripts": {"build": "vite build"}, "packageManager": "%s"}'
CASES: dict[str, tuple[Mapping[str, str | None], list[str]]] = {
    "a data folder": (
        _main('os.MkdirAll("data", 0)'),
        [
            "RUN mkdir -p /rootfs/app/data",
            "COPY --from=build --chown=65532:65532 /rootfs/app /app",
            "WORKDIR /app",
            "VOLUME /app/data",
        ],
    ),
    "a data folder at the root": (
        _main('os.MkdirAll("/var/lib/shop", 0)'),
        [
            "RUN mkdir -p /rootfs/app /rootfs/var/lib/shop",
            "COPY --from=build --chown=65532:65532 /rootfs/var/lib/shop /var/lib/shop",
            "VOLUME /var/lib/shop",
        ],
    ),
    "a database alone": (_main('sql.Open("sqlite", "shop.db")', "database/sql"), ["VOLUME /app"]),
    "uploads below what is served": (
        {
            **_main('os.MkdirAll("static/uploads", 0)\nhttp.Dir("static")'),
            "static/a.css": "",
        },
        [
            "RUN mkdir -p /rootfs/app/static/uploads",
            "COPY --chown=65532:65532 static ./static",
            "VOLUME /app/static/uploads",
        ],
    ),
    "a file beside the executable": (
        _main('exe, _ := os.Executable()\nos.Open(filepath.Dir(exe) + "/a")', "path/filepath"),
        ["COPY --from=build /out/shop /app/shop", 'ENTRYPOINT ["/app/shop"]'],
    ),
    "a file of variables": (
        {
            **_main(
                'viper.SetConfigFile(".env")\nif err := viper.ReadInConfig(); err != nil {\n\tpanic(err)\n}'
            ),
            ".env.example": "A=secret\nB=\n",
        },
        ["RUN mkdir -p /rootfs/app && \\", "    printf 'A=\\nB=\\n' > /rootfs/app/.env"],
    ),
    "programs": (
        _main('exec.Command("git")\nexec.Command("ffmpeg")', "os/exec"),
        [
            DEBIAN,
            "    apt-get install -y --no-install-recommends ca-certificates ffmpeg git tzdata && \\",
            "WORKDIR /home/nonroot",
        ],
    ),
    "a C library": (
        {
            **_main("", "github.com/h2non/bimg"),
            "go.mod": MOD + "require github.com/h2non/bimg v1.1.9\n",
        },
        [
            "FROM golang:1.26-bookworm AS build",
            "    apt-get install -y --no-install-recommends libvips-dev",
            DEBIAN,
            "    apt-get install -y --no-install-recommends ca-certificates libvips42 tzdata && \\",
        ],
    ),
    "a tool, in a build with C": (
        {
            **_main("", "github.com/mattn/go-sqlite3", "example.com/shop/web"),
            "go.mod": MOD
            + "require github.com/mattn/go-sqlite3 v1.14.32\nrequire github.com/a-h/templ v0.3.900\n",
            "web/a.templ": "",
        },
        [
            "RUN --mount=type=bind,target=.,rw \\",
            "    CGO_ENABLED=0 go run -mod=mod github.com/a-h/templ/cmd/templ generate && \\",
        ],
    ),
    "an example of a configuration file": (
        {**_main('load("conf/app.toml")'), "conf/app.sample.toml": ""},
        ["COPY conf/app.sample.toml ./conf/app.toml"],
    ),
    "a variable for a configuration file": (
        {**_main('load(os.Getenv("CONFIG_PATH"))'), "config/local.yml": ""},
        ["COPY config/local.yml ./config/local.yml", "ENV CONFIG_PATH=config/local.yml"],
    ),
    "an address": (
        {
            "main.go": (
                'package main\n\nimport (\n\t"flag"\n\t"net/http"\n)\n\nfunc main() {\n'
                'a := flag.String("addr", "localhost:8080", "")\nhttp.ListenAndServe(*a, nil)\n}\n'
            )
        },
        ["EXPOSE 8080", 'CMD ["--addr=0.0.0.0:8080"]'],
    ),
    "an experiment": (_main("", "encoding/json/v2"), ["    GOEXPERIMENT=jsonv2 \\"]),
    "a workspace without sums": (
        {
            "go.work": "go 1.26\nuse .\n",
            "go.mod": MOD + "require example.com/a v1.0.0\n",
            "go.sum": None,
            **_main(""),
        },
        [
            "RUN --mount=type=bind,target=.,rw \\",
            '    go build -trimpath -buildvcs=false -gcflags=all=-dwarf=false -ldflags="-s -w" \\',
        ],
    ),
    "a line that go.sum lacks": (
        {**_main("", "example.com/a"), "go.mod": MOD + "require example.com/a v1.0.0\n"},
        ['    go build -mod=mod -trimpath -buildvcs=false -gcflags=all=-dwarf=false -ldflags="-s -w" \\'],
    ),
    "pnpm": (
        {
            **_main("", "embed", also=EMBED),
            "web/package.json": BUILD % "pnpm@9.15.0+sha512.abc",
            "web/pnpm-lock.yaml": "",
        },
        [
            "FROM --platform=$BUILDPLATFORM node:24-bookworm-slim AS web",
            "RUN --mount=type=bind,source=web/package.json,target=package.json \\",
            "    --mount=type=bind,source=web/pnpm-lock.yaml,target=pnpm-lock.yaml \\",
            "    npm install --global pnpm@9.15.0 && pnpm install --frozen-lockfile",
            "COPY web ./",
            "RUN pnpm run build",
            "    --mount=type=bind,from=web,source=/src/web/dist,target=/src/web/dist \\",
        ],
    ),
    "a front end whose output is copied": (
        {**_main("", "embed", also=EMBED), "ui/package.json": BUILD % "npm@11.0.0"},
        ["    --mount=type=bind,from=ui,source=/src/ui/dist,target=/src/web/dist \\"],
    ),
    "a package of a workspace": (
        {
            **_main("", "embed", also=EMBED),
            "package.json": '{"workspaces": ["web"]}',
            "package-lock.json": "",
            "web/package.json": BUILD % "npm@10",
        },
        [
            "COPY . ./",
            "    npm ci",
            "RUN npm --prefix web run build",
            "    --mount=type=bind,from=web,source=/src/web/dist,target=/src/web/dist \\",
        ],
    ),
    "yarn, of the new kind": (
        {**_main("", "embed", also=EMBED), "web/package.json": BUILD % "yarn@4.9.1", "web/yarn.lock": ""},
        ["    npm install --global @yarnpkg/cli-dist@4.9.1 && yarn install --immutable"],
    ),
    "a version that is a trick": (
        {**_main("", "embed", also=EMBED), "web/package.json": BUILD % "npm@1; rm -rf /"},
        ["    npm install"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_lines(case: str, tmp_path: Path) -> None:
    files, wanted = CASES[case]
    text = _plan(tmp_path, files).files[0].text
    lines = text.splitlines()
    assert [line for line in lines if line in wanted] == wanted, text


def test_programs_keep_their_names_beside_front_ends(tmp_path: Path) -> None:
    files = {
        f"cmd/{name}/main.go": (
            f'package main\n\nimport (\n\t"net/http"\n\n\t_ "example.com/shop/web/{name}"\n)\n\n'
            f"func main() {{\n{SERVE}\n}}\n"
        )
        for name in ("shopc", "shops")
    }
    for name in ("shopc", "shops"):
        files[f"web/{name}/embed.go"] = (
            f'package {name}\n\nimport "embed"\n\n//go:embed dist\nvar pages embed.FS\n'
        )
        files[f"web/{name}/package.json"] = BUILD % "npm@10"
    text = _plan(tmp_path, files).files[0].text
    stages = [line.rpartition(" AS ")[2] for line in text.splitlines() if line.startswith("FROM")]
    assert [name for name in stages if "build" not in name and name != "source"] == [
        "shops-front-end",
        "shopc-front-end",
        "shopc",
        "shops",
    ]


UNKNOWN = {
    "no path": _main("os.Create(os.Args[1])"),
    "a folder that is in the repository": {
        **_main('os.MkdirAll("conf", 0)\nos.Open("conf/a.ini")'),
        "conf/a.ini": "",
    },
}


@pytest.mark.parametrize("case", UNKNOWN)
def test_a_folder_that_is_writable_and_no_volume(case: str, tmp_path: Path) -> None:
    text = _plan(tmp_path, UNKNOWN[case]).files[0].text
    assert "/rootfs/app /app\nWORKDIR /app\n" in text
    assert "VOLUME" not in text


def test_a_check_that_the_base_cannot_pass_is_skipped(tmp_path: Path) -> None:
    assert _plan(tmp_path, _main('exec.Command("git")', "os/exec")).skipped == ("no-shell",)
    assert _plan(tmp_path, _main("")).skipped == ()


def test_a_command_writes_where_it_is_told_to(tmp_path: Path) -> None:
    files = {"main.go": 'package main\n\nimport "os"\n\nfunc main() { os.Create(os.Args[1]) }\n'}
    assert "WORKDIR /app" not in _plan(tmp_path, files).files[0].text


WARNED = {
    "code that nothing makes": (
        _main("", "example.com/shop/pb"),
        "no Go files in pb, so the build will stop there",
    ),
    "an embedded folder that nothing makes": (
        _main("", "embed", also=EMBED),
        "web/dist is embedded and not there",
    ),
    "variables": (
        _main(
            'if err := godotenv.Load(); err != nil {\n\tpanic(err)\n}\nos.Getenv("TOKEN")',
            "github.com/joho/godotenv",
        ),
        "it reads these variables, and no .env goes into the image: TOKEN",
    ),
    "variables that it ends without": (
        _main('if os.Getenv("TOKEN") == "" {\n\tpanic("TOKEN")\n}'),
        "shop seems to end where these variables are not set: TOKEN",
    ),
    "a file in the working directory": (
        {**_main('os.Create("a.db")\nos.Open("conf.ini")'), "conf.ini": ""},
        "a.db goes into the image's working directory, and away with the container",
    ),
    "pages that others stand in for": (
        {
            **_main("", "embed", also="//go:embed site\nvar pages embed.FS\n"),
            "Makefile": "pages:\n\tmkdir -p site\n\ttouch site/index.html\n",
        },
        "Makefile:1: `make pages` makes empty files that stand in for site",
    ),
    "a file at the root": (
        _main('os.Create("/state.json")'),
        "/state.json cannot be written: / belongs to root, and may be read-only",
    ),
}


@pytest.mark.parametrize("case", WARNED)
def test_what_is_said(case: str, tmp_path: Path) -> None:
    files, sentence = WARNED[case]
    assert any(sentence in warning for warning in _plan(tmp_path, files).warnings)


def test_files_that_a_front_end_needs_go_in_and_its_secrets_do_not(tmp_path: Path) -> None:
    files = {
        **_main("", "embed", also=EMBED),
        "web/package.json": BUILD % "npm@11",
        "web/.env.production": "API=/api\n",
        "web/.env.local": "TOKEN=x\n",
        "web/src/app.test": "",
    }
    plan = _plan(tmp_path, files)
    assert plan.ignore.taken_back == ("web/.env.production",)
    assert "!web/.env.production" in plan.files[1].text
    assert "**/*.test" in plan.ignore.left_out_patterns

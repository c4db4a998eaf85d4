"""Ports and health paths, from small programs as data: file name -> source."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang import Program, read_project

MAIN = "package main\n\n"
HTTP = MAIN + 'import (\n\t"fmt"\n\t"net/http"\n\t"os"\n)\n\nvar _ = fmt.Sprint\nvar _ = os.Args\n\n'


def _main(body: str, head: str = HTTP) -> dict[str, str]:
    return {"main.go": f"{head}func main() {{\n{body}\n}}\n"}


def _framework(path: str, body: str) -> dict[str, str]:
    return _main(body, f'{MAIN}import fw "{path}"\n\n')


PORTS = {
    "a literal": (_main('http.ListenAndServe(":8080", nil)'), [":8080"]),
    "all addresses, written out": (_main('http.ListenAndServe("0.0.0.0:8081", nil)'), [":8081"]),
    "this machine only": (_main('http.ListenAndServe("127.0.0.1:8082", nil)'), ["127.0.0.1:8082"]),
    "a server's field": (_main('s := http.Server{Addr: ":8083"}\ns.ListenAndServe()'), [":8083"]),
    "a server's field, assigned": (
        _main('srv := &http.Server{}\nsrv.Addr = ":8084"\nsrv.ListenAndServe()'),
        [":8084"],
    ),
    "a constant": (_main("http.ListenAndServe(addr, nil)", HTTP + 'const addr = ":8085"\n'), [":8085"]),
    "a sum": (_main('port := "8086"\nhttp.ListenAndServe(":"+port, nil)'), [":8086"]),
    "a format": (_main('http.ListenAndServe(fmt.Sprintf("%s:%d", "", 8087), nil)'), [":8087"]),
    "a variable with a fallback": (
        _main('p := os.Getenv("PORT")\nif p == "" {\n\tp = "8088"\n}\nhttp.ListenAndServe(":"+p, nil)'),
        [":8088 PORT"],
    ),
    "a helper with a fallback": (
        _main(
            'http.ListenAndServe(getEnv("ADDR", ":8089"), nil)',
            HTTP + "func getEnv(name, fallback string) string { return fallback }\n",
        ),
        [":8089 ADDR"],
    ),
    "a variable without a fallback": (_main('http.ListenAndServe(":"+os.Getenv("PORT"), nil)'), ["PORT?"]),
    "a flag": (
        _main(
            'addr := flag.String("addr", ":8090", "help")\nflag.Parse()\nhttp.ListenAndServe(*addr, nil)',
            HTTP.replace('"fmt"', '"flag"\n\t"fmt"'),
        ),
        [":8090"],
    ),
    "a flag that is asked for by its name": (
        _main(
            'app := &cli.App{Flags: []cli.Flag{&cli.StringFlag{Name: "listen", Value: ":8190"}}}\n'
            'app.Action = func(c *cli.Context) { http.ListenAndServe(c.String("listen"), nil) }\n'
            "app.Run(os.Args)",
            HTTP.replace('"fmt"', '"fmt"\n\n\t"github.com/urfave/cli/v2"'),
        ),
        [":8190"],
    ),
    "a flag of a variable": (
        _main(
            'flag.IntVar(&port, "port", 8091, "help")\nhttp.ListenAndServe(fmt.Sprintf(":%d", port), nil)',
            HTTP.replace('"fmt"', '"flag"\n\t"fmt"') + "var port int\n",
        ),
        [":8091"],
    ),
    "a parameter": (
        _main(
            'serve(":8092")', HTTP + "func serve(address string) {\n\thttp.ListenAndServe(address, nil)\n}\n"
        ),
        [":8092"],
    ),
    "a field with defaults in its tag": (
        _main(
            "var c config\nhttp.ListenAndServe(c.Listen, nil)",
            HTTP + 'type config struct {\n\tListen string `env:"LISTEN" envDefault:":8093"`\n}\n',
        ),
        [":8093 LISTEN"],
    ),
    "a field below its owner's name": (
        _main(
            "c := load()\nhttp.ListenAndServe(c.HTTP.Addr, nil)",
            HTTP
            + "type part struct{ Addr string }\ntype config struct{ DB, HTTP part }\n"
            + 'func load() config { return config{DB: part{Addr: "d:5432"}, HTTP: part{Addr: ":8094"}} }\n',
        ),
        [":8094"],
    ),
    "a socket": (_main('net.Listen("tcp", ":8095")', MAIN + 'import "net"\n\n'), [":8095"]),
    "datagrams": (_main('net.ListenPacket("udp", ":8096")', MAIN + 'import "net"\n\n'), [":8096/udp"]),
    "two listeners": (
        _main('go http.ListenAndServe(":8097", nil)\nhttp.ListenAndServe(":8098", nil)'),
        [":8097", ":8098"],
    ),
    "a name for a port": (_main('http.ListenAndServe(":http", nil)'), [":80"]),
    "gin": (_framework("github.com/gin-gonic/gin", 'fw.Default().Run(":8100")'), [":8100"]),
    "what is no gin": (
        _main(
            "gin.SetMode(gin.ReleaseMode)\nservice := micro.NewService()\nservice.Run()",
            f'{MAIN}import (\n"github.com/gin-gonic/gin"\n"github.com/micro/go-micro/v2"\n)\n\n',
        ),
        [],
    ),
    "an application of one's own around gin": (
        _main(
            "app := &App{gin.New()}\napp.Run()",
            f'{MAIN}import "github.com/gin-gonic/gin"\n\ntype App struct {{ engine *gin.Engine }}\n\n'
            'func (a *App) Run() { a.engine.Run(":8101") }\n\n',
        ),
        [":8101"],
    ),
    "a host and a port, each by a variable": (
        _main(
            "c := load()\nhttp.ListenAndServe(net.JoinHostPort(c.Host, c.Port), nil)",
            HTTP + 'type Config struct {\nHost string `env:"HOST_ADDRESS" envDefault:""`\n'
            'Port string `env:"HOST_PORT" envDefault:"8103"`\n}\n',
        ),
        [":8103 HOST_PORT"],
    ),
    "a port beside that of a mail server": (
        _main(
            'load := read\nc := load()\nhttp.ListenAndServe(":"+c.Port, nil)\nsend(Mail{Port: c.SMTP.Port})',
            HTTP + 'func read() Config {\nc := Config{Port: "8102"}\nc.SMTP.Port = "587"\nreturn c\n}\n',
        ),
        [":8102"],
    ),
    "gin, bare": (_framework("github.com/gin-gonic/gin", "r := fw.Default()\nr.Run()"), [":8080 PORT"]),
    "echo": (_framework("github.com/labstack/echo/v4", 'fw.New().Start(":1323")'), [":1323"]),
    "kratos": (
        _framework(
            "github.com/go-kratos/kratos/v2/transport/grpc", 'fw.NewServer(fw.Address(":9000"), fw.Timeout)'
        ),
        [":9000"],
    ),
    "fiber": (_framework("github.com/gofiber/fiber/v2", 'fw.New().Listen(":3000")'), [":3000"]),
    "an unknown port": (_main("http.ListenAndServe(os.Args[1], nil)"), ["?"]),
    "a function that calls itself": (
        _main(
            "http.ListenAndServe(a(), nil)",
            HTTP + "func a() string { return b() }\nfunc b() string { return a() }\n",
        ),
        ["?"],
    ),
    "a function that nobody calls": (
        _main(
            'http.ListenAndServe(":8099", nil)',
            HTTP + '// Redirect is for tests.\nfunc Redirect() { http.ListenAndServe(":80", nil) }\n',
        ),
        [":8099"],
    ),
    "a field that a function for tests sets": (
        _main(
            'c := config{Host: "", Port: "9898"}\nhttp.ListenAndServe(c.Host+":"+c.Port, nil)',
            HTTP
            + "type config struct{ Host, Port string }\n"
            + 'func Mock() config { return config{Host: "localhost", Port: "9999"} }\n',
        ),
        [":9898"],
    ),
    "a flag that viper puts into a field": (
        _main(
            'fs := pflag.NewFlagSet("a", pflag.ContinueOnError)\nfs.Int("port", 9898, "help")\n'
            "var c config\nviper.Unmarshal(&c)\n"
            'http.ListenAndServe(":"+c.Port, nil)',
            HTTP.replace('"fmt"', '"fmt"\n\t"github.com/spf13/pflag"\n\t"github.com/spf13/viper"')
            + 'type config struct {\n\tPort string `mapstructure:"port"`\n}\n',
        ),
        [":9898"],
    ),
    "a challenge beside the server": (
        _main(
            'go http.ListenAndServe(":http", m.HTTPHandler(nil))\n'
            's := &http.Server{Addr: ":80", Handler: m.HTTPHandler(nil)}\ngo s.ListenAndServe()\n'
            'http.ListenAndServe(":8099", nil)'
        ),
        [":8099"],
    ),
    "an address that a challenge does not give": (
        _main(
            'c := &http.Server{Handler: m.HTTPHandler(nil), Addr: ":80"}\ngo c.ListenAndServe()\n'
            's := &http.Server{}\nnet.Listen("tcp", s.Addr)',
            HTTP.replace('"fmt"', '"fmt"\n\t"net"'),
        ),
        ["?"],
    ),
    "the only address that is written": (
        _main('net.Listen("tcp", os.Args[1])\nstart(":6401")', HTTP.replace('"fmt"', '"fmt"\n\t"net"')),
        [":6401"],
    ),
    "an address of datagrams in a helper, that of a client, too": (
        _main(
            'net.Listen("tcp", os.Args[1])\nreusable(os.Args[2], "udp4", ":68")',
            HTTP.replace('"fmt"', '"fmt"\n\t"net"'),
        ),
        ["?"],
    ),
    "an address that a client connects to": (
        _main(
            'net.Listen("tcp", os.Args[1])\nother.Dial("localhost:6402")',
            HTTP.replace('"fmt"', '"fmt"\n\t"net"'),
        ),
        ["?"],
    ),
    "a field of the right struct": (
        _main(
            'a := agent{Addr: ":7007"}\nc := config{Addr: ":8180"}\nserve(c)\n_ = a',
            HTTP
            + "type agent struct{ Addr string }\ntype config struct{ Addr string }\n\n"
            + "func serve(c config) { http.ListenAndServe(c.Addr, nil) }\n",
        ),
        [":8180"],
    ),
    "a field of an embedded struct": (
        _main(
            'c := config{base: base{Addr: ":8181"}}\nhttp.ListenAndServe(c.Addr, nil)',
            HTTP + "type base struct{ Addr string }\ntype config struct {\n\tbase\n}\n",
        ),
        [":8181"],
    ),
    "a field of another struct": (
        _main(
            'a := agent{Addr: ":7007"}\nc := load()\nhttp.ListenAndServe(c.Addr, nil)\n_ = a',
            HTTP
            + "type agent struct{ Addr string }\ntype config struct{ Addr string }\n\n"
            + "func load() config { return config{} }\n",
        ),
        ["?"],
    ),
    "a flag that is bound to a field that has a value": (
        _main(
            'o := &options{Addr: ":8880"}\nflag.StringVar(&o.Addr, "addr", ":8182", "")\n'
            "http.ListenAndServe(o.Addr, nil)",
            HTTP.replace('"fmt"', '"flag"\n\t"fmt"') + "type options struct{ Addr string }\n",
        ),
        [":8182"],
    ),
    "a flag that leaves it to what follows": (
        _main(
            'o := &options{}\nflag.IntVar(&o.Port, "port", 0, "")\no.complete()\n'
            'http.ListenAndServe(fmt.Sprintf(":%d", o.Port), nil)',
            HTTP.replace('"fmt"', '"flag"\n\t"fmt"')
            + "const PORT = 8200\n\ntype options struct{ Port int }\n\n"
            + "func (o *options) complete() {\n\tif o.Port == 0 {\n\t\to.Port = PORT\n\t}\n}\n",
        ),
        [":8200"],
    ),
    "a helper that gives back what it is given": (
        _main(
            'port := or("", "8183")\n_ = or("", "9999")\nhttp.ListenAndServe(":"+port, nil)',
            HTTP
            + 'func or(value, other string) string {\n\tif value == "" {\n\t\treturn other\n\t}\n'
            + "\treturn value\n}\n",
        ),
        [":8183"],
    ),
    "a mode before the usual one": (
        _main(
            'if os.Args[1] == "agent" {\n\thttp.ListenAndServe(":7007", nil)\n\treturn\n}\n'
            'http.ListenAndServe(":8184", nil)'
        ),
        [":8184"],
    ),
    "a sub-command before the usual one": (
        _main(
            'http.ListenAndServe(":8185", nil)',
            HTTP
            + "type agent struct{}\n\n"
            + 'func (a *agent) Run() { http.ListenAndServe(":7007", nil) }\n\n'
            + 'type args struct {\n\tAgent *agent `arg:"subcommand:agent"`\n}\n',
        ),
        [":8185"],
    ),
    "what an address means without a port": (
        _main(
            'port := "80"\nif len(os.Args) > 1 {\n\tport = "443"\n}\nhttp.ListenAndServe(":"+port, nil)'
        ),
        ["?"],
    ),
    "what net/http falls back to": (
        _main('addr := os.Args[1]\nif addr == "" {\n\taddr = ":http"\n}\nhttp.ListenAndServe(addr, nil)'),
        ["?"],
    ),
    "a port by its name": (_main('http.ListenAndServe(":http", nil)'), [":80"]),
    "a number that is no port": (
        _main('p := 1\nhttp.ListenAndServe(fmt.Sprintf(":%d", p), nil)'),
        ["?"],
    ),
    "all addresses, and this machine in a helper": (
        _main('http.ListenAndServe("localhost:8186", nil)\nhttp.ListenAndServe(":8186", nil)'),
        [":8186"],
    ),
    "what a pointer of a flag points to": (
        _main(
            'port := flag.String("port", "", "")\nif *port == "" {\n\t*port = "8187"\n}\n'
            'http.ListenAndServe(":"+*port, nil)',
            HTTP.replace('"fmt"', '"flag"\n\t"fmt"'),
        ),
        [":8187"],
    ),
    "a profiler that is switched on": (
        _main(
            'if options.profile {\n\tgo http.ListenAndServe(":6060", nil)\n}\n'
            'http.ListenAndServe(":8188", nil)'
        ),
        [":8188"],
    ),
    "datagrams by a configuration": (
        _main(
            'c := net.ListenConfig{}\nc.Listen(ctx, "udp4", ":8189")\nc.Listen(ctx, "unix", ":8190")',
            HTTP.replace('"fmt"', '"fmt"\n\t"net"'),
        ),
        [":8189/udp"],
    ),
    "a function that is called Run": (
        _main("cli.Run()", HTTP.replace('"os"', '"os"\n\n\t"example.com/app/cli"'))
        | {"cli/cli.go": 'package cli\n\nimport "github.com/gin-gonic/gin"\n\n'
                         'func Run() { r := gin.New()\nr.Run(":8191") }\n'},
        [":8191"],
    ),
    "a field of a field": (
        _main(
            'a := app{config: &config{Addr: ":8192"}}\nb := other{config: &small{Addr: ":9999"}}\n'
            "a.serve()\n_ = b",
            HTTP
            + "type config struct{ Addr string }\ntype small struct{ Addr string }\n"
            + "type other struct {\n\tconfig *small\n}\n"
            + "type app struct {\n\t// The config is small.\n\tconfig *config\n}\n\n"
            + "func (a *app) serve() { http.ListenAndServe(a.config.Addr, nil) }\n",
        ),
        [":8192"],
    ),
    "a host that nobody knows": (
        _main(
            'for _, host := range os.Args {\n\tnet.Listen("tcp", net.JoinHostPort(host, "8193"))\n}',
            HTTP.replace('"fmt"', '"fmt"\n\t"net"'),
        ),
        [":8193"],
    ),
    "a function that listens where it is told": (
        _main(
            'o := &options{Port: 8194}\nlisten(net.JoinHostPort(o.Host, strconv.Itoa(o.Port)))\n'
            'if o.relay {\n\tlisten(":7008")\n}\nbeside.listen(":7009")',
            HTTP.replace('"os"', '"net"\n\t"os"\n\t"strconv"')
            + "type options struct {\n\tHost string\n\tPort int\n\trelay bool\n}\n\n"
            + "func listen(address string) { listener(address) }\n\n"
            + 'func listener(address string) { net.Listen("tcp", address) }\n\n'
            + '// ForTests is for tests.\nfunc ForTests() { listen(":7010") }\n',
        ),
        [":8194"],
    ),
    "a method that listens where it is told": (
        _main(
            's := &server{}\ns.Serve(":8195")\ns.Serve(":8196")',
            HTTP
            + "type server struct{}\n\n"
            + "func (s *server) Serve(address string) { http.ListenAndServe(address, nil) }\n",
        ),
        [":8195", ":8196"],
    ),
    "a server that redirects beside the server": (
        _main(
            'serve(os.Args[1])\nserve(":" + os.Getenv("REDIRECT_PORT"))',
            HTTP + "func serve(address string) { http.ListenAndServe(address, nil) }\n",
        ),
        ["?"],
    ),
    "an address that a function is told, or else its own": (
        _main(
            "serve(os.Args[1])",
            HTTP
            + 'func serve(address string) {\n\tif address == "" {\n\t\taddress = ":8197"\n\t}\n'
            + "\thttp.ListenAndServe(address, nil)\n}\n",
        ),
        [":8197"],
    ),
    "a host that nobody knows, in a helper's format": (
        _main(
            "c := &config{Port: 8198, TLS: part{Port: 8199}}\nlisten(c.Host, c.Port)\n"
            "if c.Secure {\n\tlisten(c.TLS.Host, c.TLS.Port)\n}",
            HTTP.replace('"os"', '"net"\n\t"os"')
            + "type part struct {\n\tHost string\n\tPort int\n}\n\n"
            + "type config struct {\n\tHost string\n\tPort int\n\tSecure bool\n\tTLS part\n}\n\n"
            + "func listen(host string, port int) {\n\tnetwork, address := split(host, port)\n"
            + "\tnet.Listen(network, address)\n}\n\n"
            + "func split(host string, port int) (string, string) {\n"
            + '\tif host == "unix" {\n\t\treturn "unix", host\n\t}\n'
            + '\treturn "tcp", fmt.Sprintf("%s:%d", host, port)\n}\n',
        ),
        [":8198"],
    ),
    "a table of variables with their defaults": (
        _main(
            "read(os.Environ())\nfor _, one := range targets() {\n\thttp.ListenAndServe(one.address, nil)\n}",
            HTTP
            + 'var table = map[string]setting{\n"LISTEN_ADDR": {list: []string{"0.0.0.0:8201"}, raw: '
            + '"0.0.0.0:8201"},\n"DATABASE_ADDR": {raw: ":8202"},\n"NAME": {raw: ":8203"},\n}\n',
        ),
        [":8201 LISTEN_ADDR"],
    ),
    "a table of variables with several addresses": (
        _main(
            "read(os.Environ())\nhttp.ListenAndServe(targets()[0], nil)",
            HTTP + 'var table = map[string]string{"A_ADDR": ":8204", "B_ADDR": ":8205"}\n',
        ),
        ["?"],
    ),
    "a table of what is no variable": (
        _main(
            "http.ListenAndServe(targets()[0], nil)",
            HTTP + 'var table = map[string]string{"LISTEN_ADDR": ":8206"}\n',
        ),
        ["?"],
    ),
    "a variable that it does not start without, and a library's default": (
        _main(
            "var c config\ns := newServer(c.Port)\ns.start()",
            HTTP
            + 'type config struct {\n\tPort string `env:"HTTP_PORT,required"`\n}\n\n'
            + "type server struct{ address string }\n\nfunc newServer(port string) *server {\n"
            + '\ts := &server{address: ":80"}\n\ts.address = ":" + port\n\treturn s\n}\n\n'
            + "func (s *server) start() { http.ListenAndServe(s.address, nil) }\n",
        ),
        ["HTTP_PORT?"],
    ),
    "a variable that it starts without, and a library's default": (
        _main(
            "var c config\ns := newServer(c.Port)\ns.start()",
            HTTP
            + 'type config struct {\n\tPort string `env:"HTTP_PORT"`\n}\n\n'
            + "type server struct{ address string }\n\nfunc newServer(port string) *server {\n"
            + '\ts := &server{address: ":80"}\n\ts.address = ":" + port\n\treturn s\n}\n\n'
            + "func (s *server) start() { http.ListenAndServe(s.address, nil) }\n",
        ),
        [":80 HTTP_PORT"],
    ),
    "a constant at the end of a long way, and of a shorter one": (
        _main(
            "http.ListenAndServe(f0(), nil)\nhttp.ListenAndServe(f9(), nil)",
            HTTP
            + 'const address = ":8300"\n\n'
            + "".join(f"func f{one}() string {{ return f{one + 1}() }}\n\n" for one in range(20))
            + "func f20() string { return address }\n",
        ),
        [":8300"],
    ),
    "a mock's variable": (_main('http.ListenAndServe(os.Getenv("MOCK_ADDR"), nil)'), ["?"]),
    "no listener": (_main('http.Get("http://localhost:9999/")'), []),
    "a port that is none": (_main('http.ListenAndServe(":99999", nil)'), ["?"]),
    "a service's variable": (_main('http.ListenAndServe(os.Getenv("DB_HOST"), nil)'), ["?"]),
}  # fmt: skip


def _program(files: dict[str, str], folder: Path) -> Program:
    (folder / "go.mod").write_text("module example.com/app\n\ngo 1.26\n")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return read_project(folder).programs[0]


def _shown(program: Program) -> list[str]:
    shown = [
        f"{port.host}:{port.number}{'/udp' if port.transport == 'udp' else ''}"
        f"{f' {port.variable}' if port.variable else ''}"
        for port in program.ports
    ]
    if not shown and program.kind == "server":
        return [f"{program.port_variable.name}?" if program.port_variable else "?"]
    return shown


@pytest.mark.parametrize("case", PORTS)
def test_ports(case: str, tmp_path: Path) -> None:
    files, wanted = PORTS[case]
    assert _shown(_program(files, tmp_path)) == wanted


TAGS = {
    "caarlos0/env": ('env:"LISTEN" envDefault:":8093"', ":8093 LISTEN"),
    "envconfig": ('envconfig:"LISTEN" default:":8093"', ":8093 LISTEN"),
    "envconfig, by the field's name": ('default:":8093"', ":8093"),
    "cleanenv": ('yaml:"listen" env:"LISTEN" env-default:":8093"', ":8093 LISTEN"),
    "kong": ('help:"where" default:":8093" env:"LISTEN"', ":8093 LISTEN"),
    "go-flags": ('short:"l" long:"listen" env:"LISTEN" default:":8093"', ":8093 LISTEN"),
    "go-envconfig": ('env:"LISTEN, default=:8093"', ":8093 LISTEN"),
    "go-envconfig, to be set": ('env:"LISTEN,required"', "LISTEN?"),
    "go-arg": ('arg:"--listen,env:LISTEN" default:":8093" help:"where"', ":8093 LISTEN"),
}


@pytest.mark.parametrize("library", TAGS)
def test_ports_in_tags(library: str, tmp_path: Path) -> None:
    tag, wanted = TAGS[library]
    kind = f"type config struct {{\n\tListen string `{tag}`\n}}\n"
    files = _main("var c config\nhttp.ListenAndServe(c.Listen, nil)", HTTP + kind)
    assert _shown(_program(files, tmp_path)) == [wanted]


def test_a_constant_of_another_package(tmp_path: Path) -> None:
    files = {
        "main.go": MAIN
        + 'import (\n\t"net/http"\n\n\t"example.com/app/settings"\n)\n\n'
        + "func main() {\n\thttp.ListenAndServe(settings.Address, nil)\n}\n",
        "settings/settings.go": 'package settings\n\nconst Address = ":7000"\n',
    }
    program = _program(files, tmp_path)
    assert [(port.number, str(port.evidence)) for port in program.ports] == [(7000, "settings/settings.go:3")]


HEALTH = {
    "a pattern with its method": ('http.HandleFunc("GET /healthz", nil)', "/healthz"),
    "the best of several": ('http.HandleFunc("/ping", nil)\nhttp.HandleFunc("/health", nil)', "/health"),
    "below a path": ('http.HandleFunc("/api/v1/health", nil)', "/api/v1/health"),
    "in chi's route": ('r.Route("/api", func(r chi.Router) {\n\tr.Get("/healthz", nil)\n})', "/api/healthz"),
    "in gin's group": (
        'v1 := r.Group("/v1")\nadmin := v1.Group("/admin")\nadmin.GET("/ping", nil)',
        "/v1/admin/ping",
    ),
    "for several methods": ('r.Match([]string{"GET", "HEAD"}, "/health", f)', "/health"),
    "a path that is compared": ('path.Match("/health", r.URL.Path)', None),
    "another method": ('http.HandleFunc("POST /health", nil)', None),
    "another word": ('http.HandleFunc("/healthy-food", nil)', None),
}


@pytest.mark.parametrize("case", HEALTH)
def test_health(case: str, tmp_path: Path) -> None:
    body, wanted = HEALTH[case]
    program = _program(_main(f'{body}\nhttp.ListenAndServe(":8080", nil)'), tmp_path)
    assert (program.health.path if program.health else None) == wanted

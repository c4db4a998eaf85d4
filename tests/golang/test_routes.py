"""The path that says whether a program is well, as each router writes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from gendock.golang import read_project

ROUTERS = {
    "net/http": ("", 'http.HandleFunc("GET /healthz", well)', "/healthz"),
    "net/http, the path and no more": ("", 'http.HandleFunc("GET /healthz/{$}", well)', "/healthz/"),
    "chi": ("github.com/go-chi/chi/v5", 'r := chi.NewRouter()\nr.Get("/livez", well)', "/livez"),
    "chi, below a route": (
        "github.com/go-chi/chi/v5",
        'r := chi.NewRouter()\nr.Route("/api", func(r chi.Router) {\n\tr.Get("/healthz", well)\n})',
        "/api/healthz",
    ),
    "gin": ("github.com/gin-gonic/gin", 'r := gin.Default()\nr.GET("/health", well)', "/health"),
    "gin, in a group": (
        "github.com/gin-gonic/gin",
        'r := gin.Default()\nv1 := r.Group("/v1")\nv1.GET("/ping", well)',
        "/v1/ping",
    ),
    "echo": ("github.com/labstack/echo/v4", 'e := echo.New()\ne.GET("/ready", well)', "/ready"),
    "echo, in a group": (
        "github.com/labstack/echo/v4",
        'e := echo.New()\ng := e.Group("/admin")\ng.GET("/health", well)',
        "/admin/health",
    ),
    "fiber": ("github.com/gofiber/fiber/v2", 'app := fiber.New()\napp.Get("/healthz", well)', "/healthz"),
    "fiber, in a group": (
        "github.com/gofiber/fiber/v2",
        'app := fiber.New()\napi := app.Group("/api")\nv1 := api.Group("/v1")\nv1.Get("/health", well)',
        "/api/v1/health",
    ),
    "gorilla": (
        "github.com/gorilla/mux",
        'r := mux.NewRouter()\nr.HandleFunc("/health", well).Methods("GET")',
        "/health",
    ),
    "gorilla, a router below": (
        "github.com/gorilla/mux",
        'r := mux.NewRouter()\ns := r.PathPrefix("/api").Subrouter()\ns.HandleFunc("/health", well)',
        "/api/health",
    ),
}


@pytest.mark.parametrize("case", ROUTERS)
def test_health(case: str, tmp_path: Path) -> None:
    module, routes, wanted = ROUTERS[case]
    imports = '\t"net/http"\n' + (f'\n\t"{module}"\n' if module else "")
    body = "".join(f"\t{line}\n" for line in routes.splitlines())
    (tmp_path / "go.mod").write_text("module example.com/shop\n\ngo 1.26\n")
    (tmp_path / "main.go").write_text(
        f"package main\n\nimport (\n{imports})\n\n"
        f'func main() {{\n{body}\thttp.ListenAndServe(":80", nil)\n}}\n'
    )
    health = read_project(tmp_path).programs[0].health
    assert health is not None
    assert health.path == wanted


def test_lines_of_go_mod(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text(
        "module example.com/shop\n\ngo 1.26\n\ntoolchain go1.26.1\n\n"
        "godebug (\n\tpanicnil=1\n\tdefault=go1.24\n)\n\ntool example.com/shop/gen\n"
    )
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n")
    module = read_project(tmp_path).module
    assert (module.godebug, module.tools) == (("panicnil=1", "default=go1.24"), ("example.com/shop/gen",))

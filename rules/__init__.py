"""The rules of gendock's linter: one module a topic, one function a rule."""

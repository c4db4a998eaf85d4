"""The jinja2 templates that `gendock init` renders: one folder per kind of file."""

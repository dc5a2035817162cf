"""Loaders: one module a format, found by its LOADER; add a file to add one."""

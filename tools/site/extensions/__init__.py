"""Sphinx extensions of the site; `_config.yml` lists them."""

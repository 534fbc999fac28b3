"""Convert every layer and every estimator, and see what the file answers.

Nothing in this package imports the rest of the tools, so that it also runs in an environment that
holds just the libraries that are measured.
"""

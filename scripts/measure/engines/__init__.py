"""Engines, a file for each family: namespaces, OCI runtimes, podman, Docker, guests; catalogue.py lists them."""

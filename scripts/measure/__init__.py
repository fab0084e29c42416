"""``dev.py measure``: finds what this machine can run, measures it, and shows it beside the published runs."""

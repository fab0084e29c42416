"""Mermaid diagrams, drawn ahead of time: ``fence`` places them, ``render`` draws them, ``theme`` colours them."""

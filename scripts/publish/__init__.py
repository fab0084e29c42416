"""Making the two editions of the site: for a web server, and for reading from disk."""

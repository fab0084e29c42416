"""What is true: the rows of ``docs/data``, typed, read and checked. Knows nothing of pages."""

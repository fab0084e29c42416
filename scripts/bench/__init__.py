"""What must be quick: a commit against the working tree, measured by turns."""

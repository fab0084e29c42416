"""What a page asks for: macros, and the values that they hand to the templates."""

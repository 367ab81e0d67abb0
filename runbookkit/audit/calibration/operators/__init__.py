"""What is planted: one module a theme, found by its name."""

"""Changes that make no document worse: none of them may raise an error."""

"""Defects of real documents, planted one at a time."""

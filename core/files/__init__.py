"""Uploaded files: what they really are, where their bytes lie, and whose they are."""

"""Texts for customers with fields in them: written by people, so a language that can do nothing but fill them in."""

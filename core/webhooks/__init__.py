"""Telling other programs what happens: endpoints, what each is told, and the sending of it by jobs."""

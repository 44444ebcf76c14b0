"""Telling people: what happened, in their own language, by the bell or by e-mail, as each of them wants it."""

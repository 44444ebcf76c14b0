"""Measurements as ratios: ours against the bare library or the bare SQL, in one run on one machine."""

"""Fictional patients with plausible histories, for the demo clinic and for measurements."""

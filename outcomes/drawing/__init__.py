"""Specifications of figures made into pictures: in a process of its own, once, and kept in Redis."""

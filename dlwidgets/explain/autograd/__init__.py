"""A user's own autograd graph: read, computed again, walked backward (book 2.5, 3.3.3)."""

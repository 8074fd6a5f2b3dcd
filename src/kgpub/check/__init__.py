"""Look at a linked-data site from outside, as its clients do, and tell what they will stumble over."""

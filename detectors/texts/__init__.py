"""Which texts are one: normal form, near-duplicates, families, what is rare in them, and what explains them."""

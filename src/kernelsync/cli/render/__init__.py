"""How results look: one module per command, and what they share."""

"""The nouns of kernelsync: immutable values without any input or output."""

"""A machine made of values: its file system, its clock, its watchers, and what befalls them."""

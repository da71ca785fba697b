"""The probe: what the files of an environment say, read without running anything."""

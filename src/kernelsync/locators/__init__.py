"""Locators: where each tool keeps its environments."""

"""Code lists as data: JSON files with source, version, validity and mark, read once and never written."""

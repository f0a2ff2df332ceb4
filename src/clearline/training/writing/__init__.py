"""Courses that are written in the console, tried before they are taught, and become files as if written by hand."""

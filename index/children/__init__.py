"""Processes in which files are parsed, apart from the program: what a file does to one costs that file only."""

"""Documents of addresses that a person gives: fetched once, when it is asked for, and kept as files.

Nothing here is ever called but for an address that somebody has just given, and nothing but that address is fetched: no
pictures, no links. The file lies in a folder whose name is the address, so that whatever has the file's place knows it.
"""

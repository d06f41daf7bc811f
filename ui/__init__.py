"""Every way a person reaches `ask()`: the command line and the page. Only here does anything print."""

"""What must never cost an answer: damage, odd files, crashes and neighbours, each tried with a command of its own."""

"""From a question and some passages to scored answer spans."""

"""What quoted words state: amounts, dates, times of day, whether something is so, names; and which exclude others."""

"""What a citation opens: its document as pages or as text, with the quoted words marked."""

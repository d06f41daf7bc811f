"""Training text in the views that people's documents give: SQuAD's articles under headings, and documents made up."""

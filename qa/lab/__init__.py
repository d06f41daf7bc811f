"""What measuring and training share: labelled questions, sources to ask them of, and long work that can be resumed."""

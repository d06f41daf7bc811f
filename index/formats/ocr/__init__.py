"""Words read from images of pages by Tesseract, where it is installed."""

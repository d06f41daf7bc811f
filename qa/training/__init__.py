"""Training a span reader: data, train, calibrate, export. Serving imports nothing from here."""

"""How much later an answer's first word comes through a gateway than from the vendor itself."""

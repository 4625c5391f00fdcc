"""PAPER: posters and forms as PDF. Owns how they look; is handed plans, forms, codes and texts, and knows no table."""

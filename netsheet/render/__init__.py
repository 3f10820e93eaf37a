"""Sheets and networks as text, pages and pictures: formats only, nothing is computed here."""

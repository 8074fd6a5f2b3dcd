"""What a server on the open web has to endure: one server, attacked in every way these modules know."""

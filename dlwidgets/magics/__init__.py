"""What a cell or line magic was asked for."""

"""Editorial's tags for the office's templates."""

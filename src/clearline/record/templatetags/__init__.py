"""Words of the record's templates."""

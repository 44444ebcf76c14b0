"""What every test may use comes from the kit that partners use too."""

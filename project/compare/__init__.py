"""The engine that compares schemes: it knows them by HTTP and by their cards alone."""

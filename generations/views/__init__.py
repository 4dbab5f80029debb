"""Pages of what an account makes: Create, one picture, Activity, and their parts."""

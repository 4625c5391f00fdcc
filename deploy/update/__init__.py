"""ONE MACHINE'S SYSTEM: puts a bundle into the other slot, restarts between citizens, proves it or goes back."""

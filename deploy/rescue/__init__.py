"""RESCUE: brings an old card's data into this machine. Imports no other package of ours."""

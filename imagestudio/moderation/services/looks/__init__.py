"""Looks into private libraries: who may begin one, what is seen in it, its end, who is told."""

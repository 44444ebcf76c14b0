"""Reports: figures over any entity, grouped, drawn, saved, shared and sent; every one obeys who looks at it."""

"""Who acts together: uses of objects, the null of degree classes, groups found in it, and their synchrony in time."""

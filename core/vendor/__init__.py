"""The vendor: the companies hosted here, what each may use, and the operators who look after them."""

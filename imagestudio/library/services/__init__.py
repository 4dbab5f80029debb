"""What can be done with images and the bytes behind them."""

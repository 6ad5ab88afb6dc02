"""What must be true of parts of the data that follow from others; `intake.house.verify` asks it of all of them."""

"""Several children in one message: `told.read_children` takes it apart, `marks` finds where each is spoken of."""

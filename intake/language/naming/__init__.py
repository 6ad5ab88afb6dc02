"""People's names: read as they are typed on a page, and as they are said in a chat; compared as people mean them."""

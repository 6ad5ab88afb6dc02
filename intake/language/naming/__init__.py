"""Names and telephones of people: read as they are typed on a page, and as they are said in a chat."""

"""What tests share: a school, a chat, a page, a command, a stand-in of the platform; never a test."""

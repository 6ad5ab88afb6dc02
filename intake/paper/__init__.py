"""Paper: pages to be printed, and their QR codes."""

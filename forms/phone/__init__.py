"""What runs on the phone itself: the service worker, scripts and styles."""

"""WeChat's protocol: messages in and out of the envelope, the platform's API, sending."""

"""The yardstick: the least a Django application can do with a patient's requests."""

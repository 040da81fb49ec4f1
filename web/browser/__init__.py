"""The rooms' door to the browser: messages to and from the page, the address, what is kept on the device."""

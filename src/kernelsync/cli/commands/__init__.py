"""One module per command: values in, a typed result out."""

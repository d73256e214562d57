"""The practice model: a small language model on this computer, started when a flow needs it."""

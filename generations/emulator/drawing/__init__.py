"""Pictures of the emulator's own: a calm landscape, the prompt in it, the sources of an edit."""

"""Pure computations behind the explorers; they return plain dataclasses."""

"""What is proved outside of the locked environment: Colab, other versions, links."""

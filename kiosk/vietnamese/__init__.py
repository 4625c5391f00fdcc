"""Vietnamese as it is typed: what a syllable may be, and what a key does to the word being typed. No Kivy."""

"""Audio to words, and audio without some of them: decoding, recognition, tones and silence, muting. Nothing about compliance."""

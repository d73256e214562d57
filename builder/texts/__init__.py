"""The words people read, in other languages: found in the code, kept in one .po file, checked."""

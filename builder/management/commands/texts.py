"""`texts`: brings the catalogues of other languages up to date with the code, and compiles them."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from builder.texts.collect import collect
from builder.texts.po import compiled, merged, read_po, write_po


class Command(BaseCommand):
    help = "Adds new texts to builder/locale, drops those that are gone, and says what is missing."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write each language's .po and .mo."""
        texts = collect()
        for path in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po")):
            words = merged(read_po(path), texts)
            write_po(path, words)
            path.with_suffix(".mo").write_bytes(compiled(words))
            missing = [text for (text, _), said in words.items() if not all(said)]
            self.stdout.write(f"{path}: {len(words)} texts, {len(missing)} not translated")
            self.stdout.writelines(f"  {text}" for text in missing)

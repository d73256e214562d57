"""What the web server loads: webhooks first, everything else by Django."""

import os
import warnings

from django.core.asgi import get_asgi_application

# WhiteNoise hands files over as plain iterators. They are small and Django reads them in a thread,
# so its hint would only alarm whoever reads the log.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "builder.settings")
django_application = get_asgi_application()

from django.conf import settings  # noqa: E402

from builder.body_limit import with_body_limit  # noqa: E402
from runtime.filing.limits import file_limits  # noqa: E402
from runtime.ingress.asgi import with_hooks  # noqa: E402  needs Django to be ready
from runtime.services.web_patience import be_patient_only_so_long  # noqa: E402

be_patient_only_so_long()
_usual = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
_larger = {"/forms/": _usual + file_limits().file, "/chats/": _usual + file_limits().file}
application = with_hooks(with_body_limit(django_application, _usual, _larger))

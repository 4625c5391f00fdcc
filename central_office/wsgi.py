"""The WSGI application that gunicorn serves; made once per worker."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "central_office.settings")
application = get_wsgi_application()

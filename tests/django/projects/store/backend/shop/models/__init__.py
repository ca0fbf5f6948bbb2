from .order import *
from .place import Cafe, Place, Terrace  # noqa

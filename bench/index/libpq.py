"""A connection by libpq, without what Debian does not bring along with Python: texts in, texts out."""

import ctypes
import ctypes.util

_pq = ctypes.CDLL(ctypes.util.find_library("pq") or "libpq.so.5")
for _name, _result, _arguments in (
        ("PQconnectdb", ctypes.c_void_p, [ctypes.c_char_p]), ("PQfinish", None, [ctypes.c_void_p]),
        ("PQstatus", ctypes.c_int, [ctypes.c_void_p]), ("PQerrorMessage", ctypes.c_char_p, [ctypes.c_void_p]),
        ("PQexec", ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_char_p]),
        ("PQexecParams", ctypes.c_void_p,
         [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p),
          ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int]),
        ("PQresultStatus", ctypes.c_int, [ctypes.c_void_p]), ("PQclear", None, [ctypes.c_void_p]),
        ("PQresultErrorMessage", ctypes.c_char_p, [ctypes.c_void_p]), ("PQntuples", ctypes.c_int, [ctypes.c_void_p]),
        ("PQnfields", ctypes.c_int, [ctypes.c_void_p]),
        ("PQgetisnull", ctypes.c_int, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]),
        ("PQgetvalue", ctypes.c_char_p, [ctypes.c_void_p, ctypes.c_int, ctypes.c_int])):
    _function = getattr(_pq, _name)
    _function.restype, _function.argtypes = _result, _arguments


class Error(Exception):
    pass


class Connection:
    def __init__(self, conninfo):
        self.conn = _pq.PQconnectdb(conninfo.encode())
        if _pq.PQstatus(self.conn) != 0:
            raise Error(_pq.PQerrorMessage(self.conn).decode())

    def close(self):
        _pq.PQfinish(self.conn)

    def __call__(self, sql, *parameters):
        """The rows of the (last) result, each a tuple of str or None."""
        if parameters:
            values = (ctypes.c_char_p * len(parameters))(
                *(None if value is None else str(value).encode() for value in parameters))
            result = _pq.PQexecParams(self.conn, sql.encode(), len(parameters), None, values, None, None, 0)
        else:
            result = _pq.PQexec(self.conn, sql.encode())
        try:
            if _pq.PQresultStatus(result) not in (1, 2):  # PGRES_COMMAND_OK, PGRES_TUPLES_OK
                raise Error(_pq.PQresultErrorMessage(result).decode())
            columns = range(_pq.PQnfields(result))
            return [tuple(None if _pq.PQgetisnull(result, row, column)
                          else _pq.PQgetvalue(result, row, column).decode() for column in columns)
                    for row in range(_pq.PQntuples(result))]
        finally:
            _pq.PQclear(result)

    def one(self, sql, *parameters):
        return self(sql, *parameters)[0][0]


def array(values):
    """The text of a text[]."""
    quoted = (str(value).replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"

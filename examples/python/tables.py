"""Tables of keepnet-graph with Python's standard library alone.

`read_table` gives the rows of a table with types, page by page; `download_csv` keeps a whole table as a file, which gets its name
when it is whole; `read_csv` gives such a file as dicts. Both first check whom the answer speaks for: where companies are missing
they raise `Incomplete`, unless told that this is all right. Needs Python 3.8 or newer.
"""

import csv
import json
import os
import shutil
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

ATTEMPTS = 4
LONGEST_WAIT_SECONDS = 120


class Refused(Exception):
    """The server says no, in its own words; `status` is its HTTP status, `code` one of the codes in the README."""

    def __init__(self, status, code, message):
        super().__init__(f"{message} ({status}, {code})")
        self.status = status
        self.code = code


class Incomplete(Exception):
    """Companies are missing: `coverage` says how many are, and names those that are known."""

    def __init__(self, coverage):
        missing = coverage["companiesInScope"] - coverage["answered"]
        super().__init__(f"{missing} of {coverage['companiesInScope']} companies are missing")
        self.coverage = coverage


class Server:
    def __init__(self, url, key=None, attempts=ATTEMPTS, timeout_seconds=300):
        self.url = url.rstrip("/")
        self.key = key
        self.attempts = attempts
        self.timeout_seconds = timeout_seconds

    def open(self, path, parameters=None):
        """The answer to a GET. Asks again, after the seconds of Retry-After, where the server is busy."""
        address = f"{self.url}{path}"
        if parameters:
            address += f"?{urlencode(parameters)}"
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        for attempt in range(1, self.attempts + 1):
            try:
                return urlopen(Request(address, headers=headers), timeout=self.timeout_seconds)
            except HTTPError as error:
                if error.code not in (429, 503) or attempt == self.attempts:
                    raise to_refusal(error) from None
                wait = int(error.headers.get("Retry-After", "10"))
                time.sleep(min(wait, LONGEST_WAIT_SECONDS))

    def get(self, path, parameters=None):
        with self.open(path, parameters) as answer:
            return json.load(answer)

    def list_tables(self):
        return self.get("/tables")["tables"]

    def describe(self, table):
        """Its columns, with name, type, description and isNullable, and its parameters."""
        return self.get(f"/tables/{table}/schema")

    def read_table(self, table, may_be_incomplete=False, **parameters):
        """Every row as a dict, read page by page, so that memory holds one of them. Raises Incomplete behind the last row:
        only the last page knows how all companies fared. With require="complete" there is no row at all then, but Refused."""
        cursor, gaps = {}, []
        while cursor is not None:
            page = self.get(f"/tables/{table}.json", {**parameters, **cursor})
            yield from page["rows"]
            gaps += page["coverage"]["gaps"]
            cursor = {"cursor": page["next"]} if page["next"] is not None else None
        if not page["coverage"]["complete"] and not may_be_incomplete:
            raise Incomplete({**page["coverage"], "gaps": gaps})

    def download_csv(self, table, path, may_be_incomplete=False, **parameters):
        """Gives the coverage. An answer that is cut off raises http.client.IncompleteRead, and leaves no file of that name."""
        part = f"{path}.part"
        with self.open(f"/tables/{table}.csv", parameters) as answer:
            coverage = parse_coverage(answer.headers["X-Coverage"])
            if coverage["answered"] < coverage["companiesInScope"] and not may_be_incomplete:
                raise Incomplete(coverage)
            with open(part, "wb") as file:
                shutil.copyfileobj(answer, file)
        os.replace(part, path)
        return coverage


def read_csv(path):
    """Each row as a dict of texts; an empty cell is None."""
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: cell or None for name, cell in row.items()}


def parse_coverage(header):
    """`answered=47;restricted=2;failed=1;skipped=0;in_scope=50`, named as in JSON."""
    numbers = {name: int(number) for name, number in (part.split("=") for part in header.split(";"))}
    return {"companiesInScope": numbers.pop("in_scope"), **numbers}


def to_refusal(error):
    try:
        problem = json.load(error)["errors"][0]
        return Refused(error.code, problem["extensions"]["code"], problem["message"])
    except (ValueError, KeyError, IndexError):
        return Refused(error.code, "", str(error.reason))


def main(arguments):
    if not arguments or any("=" not in argument for argument in arguments[1:]):
        sys.exit("usage: tables.py TABLE [NAME=VALUE]...")
    table, *pairs = arguments
    server = Server(os.environ.get("SERVER_URL", "http://127.0.0.1:4000"), os.environ.get("KEEPNET_GRAPH_KEY"))
    parameters = dict(pair.split("=", 1) for pair in pairs)
    try:
        for row in server.read_table(table, **parameters):
            print(json.dumps(row, ensure_ascii=False))
    except Refused as refusal:
        sys.exit(str(refusal))
    except Incomplete as incomplete:
        print(incomplete, file=sys.stderr)
        for gap in incomplete.coverage["gaps"]:
            print(f"{gap['companyName']}: {gap['message']} ({gap['code']})", file=sys.stderr)
        sys.exit(3)


if __name__ == "__main__":
    main(sys.argv[1:])
